import Testing

@testable import Engine

/// The channel of a visit. Definition: `Sources/Engine/Reports/README.md`, section "Channels".
@Suite struct ChannelTests {
  private static let categories: SourceCategories = {
    var categories = SourceCategories()
    for (name, category) in [("google", .search), ("facebook", .social)] as [(String, SourceCategory)] {
      categories.add(name: name, category)
    }
    for (domain, category) in [
      ("google.*", .search), ("mail.google.com", .email), ("shopping.google.com", .shopping),
      ("t.co", .social),
      ("youtube.com", .video), ("chatgpt.com", .ai),
    ] as [(String, SourceCategory)] { categories.add(domain: domain, category) }
    return categories
  }()

  private func channel(_ texts: [TextColumn: String], _ paidAd: AdNetwork = .none) throws -> String {
    let website = website([.page("/", 0, texts, paidAd: paidAd)])
    let scope = ReportScope(range: scope().range, conditions: [], sourceCategories: Self.categories)
    for channel in Channel.allCases {
      let condition = EventCondition.visit(.channel, try TextCondition(.equals, [channel.name]))
      let found = try website.goals(GoalsRequest(scope: scope, goals: [.condition(condition)]))
      if found == [.count(1)] { return channel.name }
    }
    return ""
  }

  @Test(arguments: [
    (" GOOGLE ", "cpc", "", "", "Paid Search"), ("", "", "", "www.google.co.uk", "Organic Search"),
    ("", "", "", "google.co.uk.evil.example", "Referral"), ("", "", "", "notgoogle.com", "Referral"),
    ("", "", "", "mail.google.com", "Email"), ("", "", "", "maps.google.de", "Organic Search"),
    ("", "", "", "google.", "Referral"), ("", "", "", "google.a.b.c", "Referral"),
    ("t.co", "", "", "google.com", "Organic Social"), ("", "paid-social", "", "t.co", "Paid Social"),
    ("x", "cpm", "", "", "Display"), ("", "cpm", "", "t.co", "Paid Social"),
    ("", "ppc", "", "", "Paid Other"),
    ("", "", "eshop", "", "Organic Shopping"), ("", "", "bishop", "", "Unassigned"),
    ("", "", "Cross-Network", "", "Cross-network"), ("", "video", "", "", "Organic Video"),
    ("", "", "", "chatgpt.com", "AI Assistants"), ("newsletter", "", "", "", "Email"),
    ("", "affiliate", "", "", "Affiliates"), ("", "audio", "", "", "Audio"), ("sms", "", "", "", "SMS"),
    ("", "web-push", "", "", "Mobile Push"), ("", "app", "", "", "Referral"), ("", "", "", "", "Direct"),
    ("", "", "", "example.com", "Direct"), ("", "", "x", "", "Unassigned"),
  ])
  func `the first rule that holds decides`(
    source: String, medium: String, campaign: String, referrer: String, expected: String
  ) throws {
    let texts: [TextColumn: String] = [
      .utmSource: source, .utmMedium: medium, .utmCampaign: campaign, .referrerDomain: referrer,
      .hostname: "WWW.Example.com",
    ]
    #expect(try channel(texts) == expected)
  }

  @Test func `click ids make visits paid, but for that of Facebook`() throws {
    #expect(try channel([.referrerDomain: "google.com"], .google) == "Paid Search")
    #expect(try channel([.referrerDomain: "google.com"], .tikTok) == "Organic Search")
    #expect(try channel([.referrerDomain: "t.co"], .twitter) == "Paid Social")
    #expect(try channel([.utmSource: "facebook"], .meta) == "Organic Social")
    #expect(try channel([:], .microsoft) == "Paid Other")
  }

  @Test func `entries in front decide over equal ones behind`() {
    var own = SourceCategories()
    own.add(domain: "google.*", .shopping)
    own.add(domain: "google.*", .search)
    #expect(own.category(ofDomain: "google.de") == .shopping)
    #expect(own.category(ofDomain: "google") == nil)
    #expect(own.category(ofSource: "") == nil)
  }
}

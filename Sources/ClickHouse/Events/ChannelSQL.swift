import Engine

/// The channel of a visit as an expression over its first event; see the table in `Sources/Engine/Reports/README.md`, section
/// "Channels".
struct ChannelSQL {
  private let categories: SourceCategories

  init(_ categories: SourceCategories) { self.categories = categories }

  /// The columns that decide.
  static let columns: Set<EventColumn> = Set(
    [.utmSource, .utmMedium, .utmCampaign, .referrerDomain, .hostname].map { EventColumn.text($0) }
      + EventColumn.ClickID.allCases.filter { $0 != .fbclid }.map { .clickID($0) })

  /// - Parameter value: The value of a column at the first event.
  func channel(_ value: (EventColumn) -> SQL) -> SQL {
    let source = trimmed(value(.text(.utmSource)))
    let medium = trimmed(value(.text(.utmMedium)))
    let campaign = trimmed(value(.text(.utmCampaign)))
    let (referrer, host) = (
      withoutWWW(value(.text(.referrerDomain))), withoutWWW(value(.text(.hostname)))
    )
    func isOneOf(_ texts: [String], _ text: SQL) -> SQL { "\(text) IN \(value: texts)" }
    func isSet(_ id: EventColumn.ClickID) -> SQL { "\(value(.clickID(id))) != ''" }
    // Names for what is used several times.
    let names: SQL = """
      (\(source) AS s, \(medium) AS m, \(campaign) AS c, \(referrer) AS referrer, \
      if(referrer = \(host), '', referrer) AS r, \
      \(category(of: "s", withNames: true)) AS category_of_s, \
      if(s != '' AND category_of_s != '', category_of_s, \(category(of: "r", withNames: false))) AS category, \
      match(m, '^(?:(?-s:.)*cp(?-s:.)*|ppc|retargeting|paid(?-s:.)*)$') AS paid, \
      category = 'shopping' OR match(c, '^(?-s:.)*(?:(?:[^a-df-z]|^)shop|shopping)(?-s:.)*$') AS shop, \
      \(isSet(.gclid)) OR \(isSet(.msclkid)) AS search_ad)
      """
    let rules: [(Channel, SQL)] = [
      (.crossNetwork, "position(c, 'cross-network') > 0"),
      (.paidShopping, "shop AND paid"),
      (.paidSearch, "category = 'search' AND (paid OR search_ad)"),
      (
        .paidSocial,
        "category = 'social' AND (paid OR \(isSet(.ttclid)) OR \(isSet(.li_fat_id)) OR \(isSet(.twclid)))"
      ),
      (.paidVideo, "category = 'video' AND paid"),
      (.display, "m IN ('display', 'banner', 'expandable', 'interstitial', 'cpm')"),
      (.paidOther, "paid OR search_ad"),
      (.organicShopping, "shop"),
      (
        .organicSocial,
        "category = 'social' OR m IN ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')"
      ),
      (.organicVideo, "category = 'video' OR position(m, 'video') > 0"),
      (.aiAssistants, "category = 'ai'"),
      (.organicSearch, "category = 'search' OR m = 'organic'"),
      (
        .email,
        "category = 'email' OR s IN ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter') OR m IN ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter')"
      ),
      (.affiliates, "m IN ('affiliate', 'affiliates')"),
      (.audio, "m = 'audio'"),
      (.sms, "s = 'sms' OR m = 'sms'"),
      (.mobilePush, "endsWith(m, 'push') OR position(m, 'mobile') > 0 OR position(m, 'notification') > 0"),
      (.referral, "r != '' OR m IN ('referral', 'app', 'link')"),
      (.direct, "s = '' AND m = '' AND c = '' AND r = ''"),
    ]
    let branches = rules.map { "\($1), \(value: $0.name)" as SQL }.joined(separator: ", ")
    return "tupleElement((\(names), multiIf(\(branches), \(value: Channel.unassigned.name))), 2)"
  }

  /// A text without ASCII white space around it, its ASCII letters in lower case.
  private func trimmed(_ text: SQL) -> SQL {
    "lower(replaceRegexpAll(toString(\(text)), '^[ \\\\t-\\\\r]+|[ \\\\t-\\\\r]+$', ''))"
  }

  private func withoutWWW(_ host: SQL) -> SQL {
    "replaceRegexpOne(lowerUTF8(toString(\(host))), '^www\\\\.', '')"
  }

  /// The category of a text, the empty text if it has none: that of the first rule that holds.
  ///
  /// A domain holds if it is the text from one of its labels on; a starred domain if it is that without the last label, or
  /// without the last two, none of which may be empty.
  private func category(of text: SQL, withNames: Bool) -> SQL {
    let rules = categories.rules
    func list(_ kind: SourceCategories.Rule.Kind) -> (texts: [String], ranks: [Int64]) {
      let found = rules.enumerated().filter { $1.kind == kind }
      return (found.map(\.element.text), found.map { Int64($0.offset + 1) })
    }
    let none = Int64(rules.count + 1)
    func rank(_ text: SQL, _ kind: SourceCategories.Rule.Kind) -> SQL {
      let (texts, ranks) = list(kind)
      if texts.isEmpty { return "\(value: none)" }
      return "transform(\(text), \(value: texts), \(value: ranks), \(value: none))"
    }
    // From each label on to the last one, to the one before, and to the one before that.
    let labels: SQL = "splitByChar('.', \(text))"
    func tail(_ dropped: Int) -> SQL {
      """
      arrayStringConcat(arraySlice(labels, i, length(labels) - i + 1 - \(number: dropped)), '.')
      """
    }
    let domainRank: SQL = """
      arrayMin(arrayMap((i, labels) -> least(\(rank(tail(0), .domain)), \
      if(i + 1 <= length(labels) AND labels[length(labels)] != '', \(rank(tail(1), .starredDomain)), \(value: none)), \
      if(i + 2 <= length(labels) AND labels[length(labels)] != '' AND labels[length(labels) - 1] != '', \
      \(rank(tail(2), .starredDomain)), \(value: none))), \
      arrayEnumerate(\(labels)), arrayMap(i -> \(labels), arrayEnumerate(\(labels)))))
      """
    let best: SQL =
      withNames ? "least(\(domainRank), \(rank("\(text)", .name)))" : domainRank
    return
      "transform(\(best), \(value: (1...max(rules.count, 1)).map { Int64($0) }), \(value: rules.map(\.category.rawValue) + (rules.isEmpty ? [""] : [])), '')"
  }
}

/// The query strings of the website's addresses.
struct Campaigns {
  /// The fields from `url_query` to `utm_term` of addresses in advertisements and mails.
  let advertised: [Fields]
  /// The same fields of the website's own addresses.
  let own: [Fields]
  static let none = Fields("", "", "", "", "", "")

  private static let poolSize = 3000

  init(_ random: inout RandomSource) {
    let pool = CampaignPool()
    advertised = (0..<Self.poolSize).map { pool.drawQuery(number: $0, &random) }
    own = ((2..<30).map { "page=\($0)" } + ["q=analytics&lang=de"]).map { Fields($0, "", "", "", "", "") }
  }
}

/// The values from which campaign parameters are drawn.
private struct CampaignPool {
  private let sources = ["google", "newsletter", "twitter", "partner", "facebook", "yahoo.de"]
  private let sourceTable = AliasTable(weights: [40, 20, 12, 10, 12, 6])
  private let mediums = ["cpc", "email", "social", "referral", "affiliate"]
  private let campaigns = (1...24).map { "spring-\($0)" } + ["black friday", "analytics"]
  private let contents = (1...8).map { "info-email-\($0)" } + ["hero", "footer"]
  private let terms = ["software", "web analytics", "privacy", "cookie free"]

  func drawQuery(number: Int, _ random: inout RandomSource) -> Fields {
    let source = sources[sourceTable.draw(&random)]
    let medium = mediums[random.below(mediums.count)]
    let campaign = campaigns[random.below(campaigns.count)]
    let content = random.chance(0.6) ? contents[random.below(contents.count)] : ""
    let term = random.chance(0.4) ? terms[random.below(terms.count)] : ""
    // Real query strings use both encodings of a space.
    var query = "utm_source=\(source)&utm_medium=\(medium)&utm_campaign=\(encode(campaign, space: "%20"))"
    if !content.isEmpty { query += "&utm_content=\(content)" }
    if !term.isEmpty { query += "&utm_term=\(encode(term, space: "+"))" }
    switch random.unit() {
    case ..<0.1: query += "&utm_agid=12345"
    case ..<0.15: query += "&utm_banner=%C3%A4ktion"
    case ..<0.3: query += "&id=\(number)"
    default: break
    }
    return Fields(query, source, medium, campaign, content, term)
  }

  private func encode(_ text: String, space: String) -> String {
    text.split(separator: " ").joined(separator: space)
  }
}

/// The text columns that reports read, each stored as codes into one dictionary per website.
///
/// A case's `columnName` is its name in the store and in Umami's exports.
public enum TextColumn: Int, CaseIterable, Sendable {
  case urlPath, urlQuery, referrerDomain, pageTitle, hostname
  case browser, os, device, screen, language, country, region, city
  case eventName, tag, distinctID
  case utmSource, utmMedium, utmCampaign, utmContent, utmTerm

  /// The name in `website_event`, such as `url_path`.
  public var columnName: String {
    switch self {
    case .urlPath: "url_path"
    case .urlQuery: "url_query"
    case .referrerDomain: "referrer_domain"
    case .pageTitle: "page_title"
    case .hostname: "hostname"
    case .browser: "browser"
    case .os: "os"
    case .device: "device"
    case .screen: "screen"
    case .language: "language"
    case .country: "country"
    case .region: "region"
    case .city: "city"
    case .eventName: "event_name"
    case .tag: "tag"
    case .distinctID: "distinct_id"
    case .utmSource: "utm_source"
    case .utmMedium: "utm_medium"
    case .utmCampaign: "utm_campaign"
    case .utmContent: "utm_content"
    case .utmTerm: "utm_term"
    }
  }

  /// The names of the column in requests; the first is the preferred one. See
  /// `Sources/Engine/Reports/README.md`, section "Filters".
  public var requestNames: [String] {
    switch self {
    case .urlPath: ["url", "path"]
    case .urlQuery: ["query"]
    case .referrerDomain: ["referrer"]
    case .pageTitle: ["title"]
    case .hostname: ["host", "hostname"]
    case .browser: ["browser"]
    case .os: ["os"]
    case .device: ["device"]
    case .screen: ["screen"]
    case .language: ["language"]
    case .country: ["country"]
    case .region: ["region"]
    case .city: ["city"]
    case .eventName: ["event"]
    case .tag: ["tag"]
    case .distinctID: ["distinctId"]
    case .utmSource: ["utm_source", "utmSource"]
    case .utmMedium: ["utm_medium", "utmMedium"]
    case .utmCampaign: ["utm_campaign", "utmCampaign"]
    case .utmContent: ["utm_content", "utmContent"]
    case .utmTerm: ["utm_term", "utmTerm"]
    }
  }

  /// Fails if no column has `name` as a request name.
  public init?(requestName name: String) {
    guard let column = Self.allCases.first(where: { $0.requestNames.contains(name) }) else { return nil }
    self = column
  }
}

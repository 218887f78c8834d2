/// The advertising network whose click id an event carries; where it carries several, the first in
/// this order counts ("attribution" in the reports' contract).
public enum PaidAd: UInt8, CaseIterable, Sendable {
  case none = 0
  case google, meta, microsoft, tikTok, linkedIn, twitter

  /// The networks in the order in which they are looked for.
  public static let networks: [PaidAd] = [.google, .meta, .microsoft, .tikTok, .linkedIn, .twitter]

  /// The column that holds the network's click id; empty for `none`.
  public var columnName: String {
    switch self {
    case .none: ""
    case .google: "gclid"
    case .meta: "fbclid"
    case .microsoft: "msclkid"
    case .tikTok: "ttclid"
    case .linkedIn: "li_fat_id"
    case .twitter: "twclid"
    }
  }

  /// The name under which the attribution report lists the network; empty for `none`.
  public var displayName: String {
    switch self {
    case .none: ""
    case .google: "Google Ads"
    case .meta: "Facebook / Meta"
    case .microsoft: "Microsoft Ads"
    case .tikTok: "TikTok Ads"
    case .linkedIn: "LinkedIn Ads"
    case .twitter: "Twitter Ads (X)"
    }
  }
}

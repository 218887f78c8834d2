/// The advertising network whose click id an event has. If it has several, the first in this order counts.
/// Defined in `Sources/Engine/Reports/README.md`, section "attribution".
public enum PaidAd: UInt8, CaseIterable, Sendable {
  case none = 0
  case google, meta, microsoft, tikTok, linkedIn, twitter

  /// The networks in the order in which events are tested for them.
  public static let networks: [PaidAd] = [.google, .meta, .microsoft, .tikTok, .linkedIn, .twitter]

  /// The column that contains the network's click id; empty for `none`.
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

  /// The name of the network in the attribution report; empty for `none`.
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

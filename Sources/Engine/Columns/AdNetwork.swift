/// The advertising network whose click id an event has. If it has several, the first in this order counts.
/// Defined in `Sources/Engine/Reports/README.md`, section "attribution".
public enum AdNetwork: UInt8, CaseIterable, Sendable {
  case none = 0
  case google, meta, microsoft, tikTok, linkedIn, twitter

  /// The networks in the order in which events are tested for them.
  public static let networks: [AdNetwork] = [.google, .meta, .microsoft, .tikTok, .linkedIn, .twitter]

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

/// The networks whose click ids an event has: one bit for each of ``AdNetwork/networks``, in its order.
public struct ClickIDs: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The set of one network; empty for `none`.
  public init(_ network: AdNetwork) {
    self.init(rawValue: network == .none ? 0 : 1 << (network.rawValue - 1))
  }

  /// Any of the ids that search engines append.
  static let search = ClickIDs(.google).union(ClickIDs(.microsoft))
  /// Any of the ids that social networks append to advertisements. `fbclid` is not one: links that nobody paid for
  /// have it too.
  static let social = ClickIDs(.tikTok).union(ClickIDs(.linkedIn)).union(ClickIDs(.twitter))

  /// One more than the largest set.
  static let limit = 1 << AdNetwork.networks.count

  /// The first network in the order of ``AdNetwork/networks``.
  public var network: AdNetwork {
    AdNetwork(rawValue: rawValue == 0 ? 0 : UInt8(rawValue.trailingZeroBitCount) + 1) ?? .none
  }
}

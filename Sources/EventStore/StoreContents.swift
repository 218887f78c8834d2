public import Engine

/// What a store holds at one moment.
public struct StoreContents: Sendable {
  /// The events of every website that has any.
  public let columns: ColumnSet
  /// Every website that has events or a name, by id.
  public let websites: [WebsiteSummary]
}

/// Which events a store forgets.
public struct ForgetOptions: Sendable {
  /// Which events are deleted.
  public enum Selection: Sendable {
    /// Events before an instant, in milliseconds since 1970.
    case before(milliseconds: Int64)
    /// Every session with this `session_id`, and those with an event that has it as `distinct_id`.
    case visitor(String)
  }

  /// The events that are deleted, with their properties.
  public var selection: Selection
  /// The id, name or domain of the only website that forgets; nil for all.
  public var website: String?
  /// Where columns are cached, besides next to the store.
  public var cache = CacheLocation.none
  /// How long to wait for another process that writes cached columns.
  var cacheWaitMilliseconds = 60_000

  /// Deletes from all websites, without a cache outside the folder of the store.
  public init(_ selection: Selection) { self.selection = selection }
}

/// How many rows were deleted.
public struct ForgetSummary: Equatable, Sendable {
  /// Rows of `website_event`.
  public var events = 0
  /// Rows of `event_data`.
  public var properties = 0
  /// Rows of other tables of Umami, by table.
  public var others: [Other] = []

  /// Whether files may still have deleted rows, as `diagnostics` says.
  public var leavesTraces = false

  /// The deleted rows of one other table.
  public struct Other: Equatable, Sendable {
    /// Its name.
    public let table: String
    /// How many of its rows were deleted.
    public let rows: Int
  }

  /// Whether nothing was deleted.
  public var isEmpty: Bool { events == 0 && properties == 0 && others.isEmpty }

  public init() {}
}

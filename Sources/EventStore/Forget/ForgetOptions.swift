/// Which events a store forgets.
public struct ForgetOptions: Sendable {
  public enum Selection: Sendable {
    /// Events before an instant, in milliseconds since 1970.
    case before(milliseconds: Int64)
    /// Every session with this `session_id`, and those with an event that has it as `distinct_id`.
    case visitor(String)
  }

  public var selection: Selection
  /// The id, name or domain of the only website that forgets; nil for all.
  public var website: String?
  /// Where columns are cached, besides next to the store.
  public var cache = CacheLocation.none
  /// How long to wait for another process that writes cached columns.
  var cacheWaitMilliseconds = 60_000

  public init(_ selection: Selection) { self.selection = selection }
}

/// How many rows were deleted.
public struct ForgetSummary: Equatable, Sendable {
  public var events = 0
  public var properties = 0
  /// Rows of other tables of Umami, by table.
  public var others: [Other] = []

  /// Whether files may still have deleted rows, as `diagnostics` were told.
  public var leavesTraces = false

  public struct Other: Equatable, Sendable {
    public let table: String
    public let rows: Int
  }

  public var isEmpty: Bool { events == 0 && properties == 0 && others.isEmpty }

  public init() {}
}

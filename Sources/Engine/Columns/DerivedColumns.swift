import System

/// What reports derive from the columns of a partition when it is first asked for, and keep beside them.
/// Nothing of it depends on a request.
struct DerivedColumns: Sendable {
  /// How many events have a hostname, by its code.
  let hostnameCounts = Lazy<[(code: Int, count: Int)]>()
  /// The time of each session's last event.
  let sessionEnds = Lazy<TimeColumn>()
  let stretches = Lazy<Stretches>()
  /// By code of the key: the properties with it; ascending by row.
  let properties = LazyTable<UInt32, [KeyedProperty]>()
  /// The properties that are money; ascending by row.
  let money = Lazy<[MoneyEntry]>()
  /// The pageviews with campaign parameters; ascending by row.
  let campaigns = Lazy<[CampaignEntry]>()
}

/// Something that is known of few rows of a partition. Lists of them ascend by row.
protocol RowEntry: Sendable {
  var row: UInt32 { get }
}

extension Array where Element: RowEntry {
  /// The places of the entries for `rows`.
  func places(of rows: Range<Int>) -> Range<Int> {
    rows.places(of: count) { Int(self[$0].row) }
  }
}

/// A set of whole sessions of one website: those whose first event falls in one calendar month (UTC).
///
/// Rows stand by session, then time, then arrival; sessions by the time of their first event. A session
/// is in exactly one partition, so visitors add up across partitions.
final class Partition: Sendable {
  /// The month of the sessions' first events, counted from January 1970.
  let month: Int
  /// The row at which each session starts, and one more entry for the end of the last.
  let sessionStarts: Column<UInt32>
  let times: TimeColumn
  /// The visit of each event: its ordinal among the visits of the session, by first appearance.
  let visits: CodeColumn
  /// `event_type`.
  let types: Column<UInt8>
  /// `PaidAd` raw values.
  let paidAds: Column<UInt8>
  /// Codes into the website's dictionaries, by `TextColumn`.
  private let texts: [CodeColumn]
  let properties: PropertyColumns
  let sharedVisits: SharedVisits
  let blocks: [Block]

  init(
    month: Int, sessionStarts: Column<UInt32>, times: TimeColumn, visits: CodeColumn, types: Column<UInt8>,
    paidAds: Column<UInt8>, texts: [CodeColumn], properties: PropertyColumns, sharedVisits: SharedVisits
  ) {
    self.month = month
    self.sessionStarts = sessionStarts
    self.times = times
    self.visits = visits
    self.types = types
    self.paidAds = paidAds
    self.texts = texts
    self.properties = properties
    self.sharedVisits = sharedVisits
    blocks = Block.divide(sessionStarts: sessionStarts, times: times)
  }

  var rowCount: Int { types.count }

  subscript(column: TextColumn) -> CodeColumn { texts[column.rawValue] }
}

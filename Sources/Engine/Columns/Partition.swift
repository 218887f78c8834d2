/// A set of whole sessions of one website: those whose first event is in one calendar month (UTC), or in one
/// of several successive months with few events.
///
/// Rows are ordered by session, then time, then input order; sessions by their ``SessionRank``. A session is
/// in exactly one partition, so visitor counts can be summed across partitions.
///
/// Columns may be in a mapped file, of which only the columns that a report uses are read.
public final class Partition: Sendable {
  /// The possible months of the sessions' first events, counted from January 1970. The partitions of a
  /// website have disjoint months.
  let months: ClosedRange<Int>
  /// The first of `months`.
  public var month: Int { months.lowerBound }
  let blocks: [Block]
  let sharedVisits: SharedVisits
  private let columns: Columns
  let derived = DerivedColumns()

  /// The columns. A column that has not been used yet may be corrupt.
  struct Columns {
    let sessionStarts: LazilyVerified<Column<UInt32>>
    let times: LazilyVerified<TimeColumn>
    let visits: LazilyVerified<CodeColumn>
    let types: LazilyVerified<Column<UInt8>>
    let clickIDs: LazilyVerified<Column<UInt8>>
    /// By `TextColumn`.
    let texts: [LazilyVerified<CodeColumn>]
    let properties: LazilyVerified<PropertyColumns>
    /// Nil if no visit is shared.
    let inputOrder: LazilyVerified<Column<UInt32>?>
    let identities: LazilyVerified<SessionIdentities>
    /// Nil if rows have no ids by which they could be found again.
    let sourceRowIDs: LazilyVerified<CodeColumn?>
  }

  /// Up to this many months, a website has a partition for each month, however few events it has.
  static let maximumUncombinedMonths = 36
  /// With more months, adjacent months are combined in a partition if it has no more events than this. A
  /// partition takes some kilobytes of memory and a file, and events may span 120,000 months.
  static let combinedRowLimit = 4096

  init(months: ClosedRange<Int>, blocks: [Block], sharedVisits: SharedVisits, columns: Columns) {
    self.months = months
    self.blocks = blocks
    self.sharedVisits = sharedVisits
    self.columns = columns
  }

  convenience init(
    months: ClosedRange<Int>, sessionStarts: Column<UInt32>, times: TimeColumn, visits: CodeColumn,
    types: Column<UInt8>,
    clickIDs: Column<UInt8>, texts: [CodeColumn], properties: PropertyColumns, sharedVisits: SharedVisits,
    inputOrder: Column<UInt32>?, identities: SessionIdentities, sourceRowIDs: CodeColumn?
  ) {
    self.init(
      months: months, blocks: Block.divide(sessionStarts: sessionStarts, times: times),
      sharedVisits: sharedVisits,
      columns: Columns(
        sessionStarts: LazilyVerified(sessionStarts), times: LazilyVerified(times),
        visits: LazilyVerified(visits),
        types: LazilyVerified(types), clickIDs: LazilyVerified(clickIDs),
        texts: texts.map { LazilyVerified($0) },
        properties: LazilyVerified(properties), inputOrder: LazilyVerified(inputOrder),
        identities: LazilyVerified(identities), sourceRowIDs: LazilyVerified(sourceRowIDs)))
  }

  /// Returns whether all of its months come before those of `other`.
  public func precedes(_ other: Partition) -> Bool { months.upperBound < other.months.lowerBound }

  /// The number of events.
  public var rowCount: Int { blocks.last?.rows.upperBound ?? 0 }

  /// The row at which each session starts; the last entry is the end of the last session.
  var sessionStarts: Column<UInt32> { columns.sessionStarts.current }
  var times: TimeColumn { columns.times.current }
  /// The visit of each event: its ordinal among the visits of the session, by first appearance.
  var visits: CodeColumn { columns.visits.current }
  /// `event_type`.
  var types: Column<UInt8> { columns.types.current }
  /// ``ClickIDs`` raw values.
  var clickIDs: Column<UInt8> { columns.clickIDs.current }
  var properties: PropertyColumns { columns.properties.current }
  /// Orders the events that one visit has at one instant, in any sessions and partitions; numbers of
  /// different visits are not comparable. Nil if no visit is shared: then rows are already in this order.
  var inputOrder: Column<UInt32>? { columns.inputOrder.current }
  /// The ids of the sessions and the visits.
  var identities: SessionIdentities { columns.identities.current }
  /// By row: its id in the store, for incremental updates; reports do not use it. Nil if rows have no ids by which they
  /// could be found again.
  var sourceRowIDs: CodeColumn? { columns.sourceRowIDs.current }

  /// Codes into the website's dictionaries.
  subscript(column: TextColumn) -> CodeColumn { columns.texts[column.rawValue].current }

  /// The time of each session's last event.
  var sessionEnds: TimeColumn {
    derived.sessionEnds.value { times.sessionEnds(sessionStarts) }
  }

  var activityRuns: ActivityRuns {
    derived.activityRuns.value { ActivityRuns(times, sessionStarts) }
  }
}

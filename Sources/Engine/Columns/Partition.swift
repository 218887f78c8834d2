/// A set of whole sessions of one website: those whose first event falls in one calendar month (UTC), or in one of
/// several successive months with few events.
///
/// Rows stand by session, then time, then arrival; sessions by their ``SessionRank``. A session is in exactly
/// one partition, so visitors add up across partitions.
///
/// Columns may stand in a mapped file, of which nothing is read but what a report asks for.
public final class Partition: Sendable {
  /// The months in which the sessions' first events may be, counted from January 1970. No other partition of the
  /// website has one of them.
  let months: ClosedRange<Int>
  /// The first of them.
  public var month: Int { months.lowerBound }
  let blocks: [Block]
  let sharedVisits: SharedVisits
  private let columns: Columns
  let derived = DerivedColumns()

  /// What stands in the rows. A column that nobody has asked for yet may be damaged.
  struct Columns {
    let sessionStarts: LazilyVerified<Column<UInt32>>
    let times: LazilyVerified<TimeColumn>
    let visits: LazilyVerified<CodeColumn>
    let types: LazilyVerified<Column<UInt8>>
    let paidAds: LazilyVerified<Column<UInt8>>
    /// By `TextColumn`.
    let texts: [LazilyVerified<CodeColumn>]
    let properties: LazilyVerified<PropertyColumns>
    /// Nil where no visit is shared.
    let arrivals: LazilyVerified<Column<UInt32>?>
    /// Nil where rows have no ids by which they could be found again.
    let origins: LazilyVerified<SourceRowIDs?>
  }

  /// A website with no more months than that has a partition for each, however few events there are.
  static let mostSparseMonths = 36
  /// Of more months, those share a partition that have together no more events than that. A partition takes some
  /// kilobytes of memory and a file, and events may be of 120,000 months.
  static let fewRows = 4096

  init(months: ClosedRange<Int>, blocks: [Block], sharedVisits: SharedVisits, columns: Columns) {
    self.months = months
    self.blocks = blocks
    self.sharedVisits = sharedVisits
    self.columns = columns
  }

  convenience init(
    months: ClosedRange<Int>, sessionStarts: Column<UInt32>, times: TimeColumn, visits: CodeColumn,
    types: Column<UInt8>,
    paidAds: Column<UInt8>, texts: [CodeColumn], properties: PropertyColumns, sharedVisits: SharedVisits,
    arrivals: Column<UInt32>?, origins: SourceRowIDs?
  ) {
    self.init(
      months: months, blocks: Block.divide(sessionStarts: sessionStarts, times: times),
      sharedVisits: sharedVisits,
      columns: Columns(
        sessionStarts: LazilyVerified(sessionStarts), times: LazilyVerified(times),
        visits: LazilyVerified(visits),
        types: LazilyVerified(types), paidAds: LazilyVerified(paidAds),
        texts: texts.map { LazilyVerified($0) },
        properties: LazilyVerified(properties), arrivals: LazilyVerified(arrivals),
        origins: LazilyVerified(origins)))
  }

  /// Whether all of its months come before those of `other`.
  public func precedes(_ other: Partition) -> Bool { months.upperBound < other.months.lowerBound }

  public var rowCount: Int { blocks.last?.rows.upperBound ?? 0 }

  /// The row at which each session starts, and one more entry for the end of the last.
  var sessionStarts: Column<UInt32> { columns.sessionStarts.current }
  var times: TimeColumn { columns.times.current }
  /// The visit of each event: its ordinal among the visits of the session, by first appearance.
  var visits: CodeColumn { columns.visits.current }
  /// `event_type`.
  var types: Column<UInt8> { columns.types.current }
  /// `PaidAd` raw values.
  var paidAds: Column<UInt8> { columns.paidAds.current }
  var properties: PropertyColumns { columns.properties.current }
  /// Orders the events of one visit that come at one instant, in whichever sessions and partitions they are; numbers
  /// of several visits say nothing of each other. Nil where no visit is shared: rows are in this order then.
  var arrivals: Column<UInt32>? { columns.arrivals.current }
  /// Nil where rows have no ids by which they could be found again.
  var origins: SourceRowIDs? { columns.origins.current }

  /// Codes into the website's dictionaries.
  subscript(column: TextColumn) -> CodeColumn { columns.texts[column.rawValue].current }

  /// The time of each session's last event.
  var sessionEnds: TimeColumn {
    derived.sessionEnds.value { times.sessionEnds(sessionStarts) }
  }

  var stretches: ActivityRuns {
    derived.stretches.value { ActivityRuns(times, sessionStarts) }
  }
}

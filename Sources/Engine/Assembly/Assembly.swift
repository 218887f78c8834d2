// Turns the staged rows of all builders into columns. The steps, in order, and the type that does each:
//
// 1. Stage: put the rows of all builders into input order                       StagedRows, StagedIDs
// 2. Deduplicate: find rows that repeat an earlier event id or property         Deduplication
// 3. Join properties: find the row of each property's event                     StagedProperties
// 4. For each website, independently (WebsiteAssembly):
//    a. remap each builder's codes for sessions and visits to common ones       CodeRemapping
//    b. order sessions: sort rows by session, then time, then input order       SessionOrder
//    c. derive visits: number the visits of each session in order               VisitOrdinals
//    d. merge dictionaries: one for each text column, and codes for all rows    TextInterner, CodeRemapping
//    e. cut into months: gather the columns of each partition                   Partition

extension ColumnsBuilder {
  /// Assembles the columns of the rows that this builder has ingested.
  public consuming func finish() -> ColumnSet {
    guard let columns = finish(isCancelled: { false }, keeping: { _ in PartitionMonths() }) else {
      preconditionFailure("nobody has cancelled")
    }
    return columns
  }

  /// Assembles the same columns, but partitions rows by the months that a website's existing partitions have
  /// (see ``WebsiteDelta/periods``). Returns nil if `isCancelled` returns true.
  public consuming func finish(
    isCancelled: () -> Bool, keeping periods: (_ id: String) -> PartitionMonths
  ) -> ColumnSet? {
    let batches = batches.map(\.number)
    return Self.finish([self], batches: batches, threads: 1, keeping: periods, isCancelled: isCancelled)?
      .columns
  }

  /// Assembles the columns of the rows that `builders` have ingested, on up to `threads` threads. `batches` are
  /// in input order; rows of other batches are skipped. The builders are empty afterwards. Returns nil if
  /// `isCancelled` returns true; any thread may call it.
  public static func finish(
    _ builders: consuming [ColumnsBuilder], batches: [Int], threads: Int, isCancelled: () -> Bool
  ) -> (columns: ColumnSet, repeated: RepeatedRows)? {
    finish(
      builders, batches: batches, threads: threads, keeping: { _ in PartitionMonths() },
      isCancelled: isCancelled)
  }

  private static func finish(
    _ builders: consuming [ColumnsBuilder], batches: [Int], threads: Int,
    keeping periods: (String) -> PartitionMonths, isCancelled: () -> Bool
  ) -> (columns: ColumnSet, repeated: RepeatedRows)? {
    // Two steps, so that the event ids are freed before the columns are built.
    let deduplicated = StagedRows(builders, batches: batches).deduplicated(
      threads: threads, isCancelled: isCancelled)
    guard let deduplicated,
      let columns = deduplicated.columns(threads: threads, keeping: periods, isCancelled: isCancelled)
    else { return nil }
    return (columns, deduplicated.repeated)
  }
}

/// The months of the partitions that the columns of a website have, by which new rows are partitioned.
public struct PartitionMonths: Sendable {
  var events: [ClosedRange<Int>] = []
  var measurements: [ClosedRange<Int>] = []

  /// Those of a website without columns.
  public init() {}

  init(events: [ClosedRange<Int>], measurements: [ClosedRange<Int>]) {
    (self.events, self.measurements) = (events, measurements)
  }
}

/// The number of duplicate rows that assembly skipped in each batch of the input, by the batch's index in input
/// order.
public struct RepeatedRows: Sendable {
  /// Events whose id an earlier row has.
  public internal(set) var events: [Int]
  /// Properties whose event and key an earlier row has.
  public internal(set) var properties: [Int]
}

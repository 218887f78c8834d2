// From ingested rows to columns. The steps, in their order, and the type that does each:
//
// 1. Stage: put the rows of all builders into the order of the input             StagedRows, StagedIDs
// 2. Deduplicate: find rows whose event id, or property, came before             Deduplication
// 3. Join properties: give each property the row of its event                    StagedProperties
// 4. For each website, on its own (WebsiteAssembly):
//    a. remap each builder's codes for sessions and visits to common ones        CodeRemapping
//    b. order sessions: sort rows by session, then time, then arrival            SessionOrder
//    c. derive visits: number the visits of each session in order                VisitOrdinals
//    d. merge dictionaries: one for each text column, and codes for all rows     TextInterner, CodeRemapping
//    e. cut into months: gather the columns of each partition                    Partition

extension ColumnsBuilder {
  /// Assembles the columns of the rows that this builder alone has ingested.
  public consuming func finish() -> ColumnSet {
    guard let columns = finish(isCancelled: { false }, keeping: { _ in [] }) else {
      preconditionFailure("nobody has cancelled")
    }
    return columns
  }

  /// The same, with rows divided by the months of partitions that a website already has (see
  /// ``WebsiteDelta/periods``). Nil if `isCancelled` returns true.
  public consuming func finish(
    isCancelled: () -> Bool, keeping periods: (_ id: String) -> [ClosedRange<Int>]
  ) -> ColumnSet? {
    let parts = parts.map(\.number)
    return Self.finish([self], parts: parts, threads: 1, keeping: periods, isCancelled: isCancelled)?.columns
  }

  /// Assembles the columns of the rows that `builders` have ingested, on up to `threads` threads. `parts` are in the
  /// order of the input; rows of other parts are skipped. The builders are empty afterwards. Nil if `isCancelled`
  /// returns true, which any thread may call.
  public static func finish(
    _ builders: consuming [ColumnsBuilder], parts: [Int], threads: Int, isCancelled: () -> Bool
  ) -> (columns: ColumnSet, repeated: RepeatedRows)? {
    finish(builders, parts: parts, threads: threads, keeping: { _ in [] }, isCancelled: isCancelled)
  }

  private static func finish(
    _ builders: consuming [ColumnsBuilder], parts: [Int], threads: Int,
    keeping periods: (String) -> [ClosedRange<Int>], isCancelled: () -> Bool
  ) -> (columns: ColumnSet, repeated: RepeatedRows)? {
    // Two steps, so that the ids of all events are freed before columns are built.
    let joined = StagedRows(builders, parts: parts).joined(threads: threads, isCancelled: isCancelled)
    guard let joined,
      let columns = joined.columns(threads: threads, keeping: periods, isCancelled: isCancelled)
    else { return nil }
    return (columns, joined.repeated)
  }
}

/// How many rows were left out because the row that they repeat came before; by the place of their part in
/// the order of arrival.
public struct RepeatedRows: Sendable {
  public internal(set) var events: [Int]
  public internal(set) var properties: [Int]
}

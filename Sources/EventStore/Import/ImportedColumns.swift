import Engine

/// The columns of what a first import inserts, filled in the same pass, so that the first who serves the store
/// reads none of its rows.
struct ImportedColumns {
  /// What the store is when all is committed; nil where it keeps no record.
  var moment: StoreMoment?
  private var builder = ColumnsBuilder()
  private let folder: String
  private let threads: Int

  /// Nil where columns are not kept.
  init?(_ storePath: String, _ options: ImportOptions) {
    guard let folder = options.cache.folder(forStore: storePath) else { return nil }
    self.folder = folder
    threads = options.threads
  }

  /// Rows that repeat one are left out here as they are in the store: the first of each counts.
  mutating func append(_ event: EventRow) { builder.append(event) }

  mutating func append(_ property: PropertyRow) { builder.append(property) }

  /// Writes the columns. Where they cannot be written, whoever serves the store makes them from its rows, and
  /// says so.
  consuming func keep() {
    guard let moment else { return }
    let cache = ColumnCache(folder: folder, threads: threads) { _ in }
    // By the usual rules: what others say of files is settled in the store.
    let mark = SourceMark(ReadingRules(), .moment(moment))
    guard let lock = cache.beginWriting(mark) else { return }
    let (columns, _) = ColumnsBuilder.finish([builder], parts: [0], threads: threads)
    var notes: [String] = []
    sayOrphans(columns.orphanProperties) { notes.append($0) }
    cache.write(StoreColumns(columns, notes: notes), mark: mark, holding: lock)
  }
}

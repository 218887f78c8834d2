import Engine
import Synchronization
import Threads

/// The columns of what a first import inserts, made from the same files while another thread inserts their
/// rows, so that the first who serves the store reads none of them.
///
/// A first import inserts every good row, so that the row's id is known from its place alone. Sound as
/// `Sendable`: what is not constant belongs to the thread that reads until ``wait()`` has returned.
final class ImportedColumns: @unchecked Sendable {
  private let inputs: [CSVInput]
  /// Nil if there is no id left.
  let firstRowID: Int64?
  private let folder: CacheFolder
  private let storePath: String
  private let options: ImportOptions
  private var thread: JoinableThread?
  private let isGivenUp = Atomic(false)
  private var columns: ColumnSet?
  /// What the store is that these are the columns of; nil if nothing says that.
  var position: ChangeLogPosition?

  /// Begins to read. Nil if columns are not kept, or there is no thread to make them.
  init?(_ inputs: [CSVInput], firstRowID: Int64?, storePath: String, _ options: ImportOptions) {
    guard let folder = options.cache.folder(forStore: storePath) else { return nil }
    self.inputs = inputs
    self.firstRowID = firstRowID
    self.storePath = storePath
    self.folder = folder
    self.options = options
    do throws(ThreadError) { thread = try JoinableThread { self.columns = self.read() } } catch { return nil }
  }

  /// Ends reading, whose result nobody wants any more.
  func giveUp() {
    isGivenUp.store(true, ordering: .relaxed)
    wait()
  }

  private func wait() {
    guard let thread = thread.take() else { return }
    thread.join()
  }

  /// Writes the columns, as those of the store at ``moment``, which nobody of this process has open any more. Where they
  /// cannot be written, whoever serves the store makes them from its rows, and says so.
  func keep() {
    wait()
    guard let position, let columns else { return }
    let cache = ColumnCache(folder: folder, threads: options.threads) { _ in }
    // By the usual rules: what others say of files is settled in the store.
    let fingerprint = SourceFingerprint(ReadingRules(), .position(position, databaseFiles(path: storePath)))
    guard let lock = cache.beginWriting(fingerprint) else { return }
    var lines: [String] = []
    DiagnosticLog { lines.append($0) }.unmatchedProperties(columns.orphanProperties)
    cache.write(StoreColumns(columns, diagnostics: lines), fingerprint: fingerprint, holding: lock)
  }

  /// Rows that repeat one are left out here as they are in the store: the first of each counts. Nil if
  /// reading was cancelled.
  private func read() -> ColumnSet? {
    var builder = ColumnsBuilder()
    var nextRowID = firstRowID
    // Who inserts says what is wrong with rows.
    let badRows = BadRows(isStrict: false) { _ in }
    for input in inputs {
      let pages = MappedPageReleaser(input.file)
      do throws(StoreError) {
        switch input.layout {
        case .events(let layout):
          let fields = layout.makeFields()
          var decoder = EventDecoder(layout, defaultWebsiteID: options.rules.defaultWebsiteID)
          var ids = ContentIDs()
          try input.file.forEachRow(in: input.file.rows, fields, badRows: badRows) { end throws(StoreError) in
            if isGivenUp.load(ordering: .relaxed) { throw .cancelled }
            pages.didRead(upTo: end)
            if let defect = decoder.decode(fields) { return defect }
            var event = decoder.row
            // Past the greatest id, inserting fails, and who inserts says so.
            guard let id = nextRowID else { throw .cancelled }
            event.rowID = id
            nextRowID = id == .max ? nil : id + 1
            if event.eventID.isEmpty {
              event.eventID = fields.keep(ids.next(ContentHash(event, fields, layout)))
            }
            builder.append(event)
            return nil
          }
        case .properties(let layout):
          let fields = layout.makeFields()
          var decoder = PropertyDecoder(layout)
          try input.file.forEachRow(in: input.file.rows, fields, badRows: badRows) { end throws(StoreError) in
            if isGivenUp.load(ordering: .relaxed) { throw .cancelled }
            pages.didRead(upTo: end)
            if let defect = decoder.decode(fields) { return defect }
            builder.append(decoder.row)
            return nil
          }
        }
      } catch {
        // Of a damaged file the other thread tells.
        return nil
      }
    }
    return ColumnsBuilder.finish([builder], parts: [0], threads: 1) {
      isGivenUp.load(ordering: .relaxed)
    }?.columns
  }
}

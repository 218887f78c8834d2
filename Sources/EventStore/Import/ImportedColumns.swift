import Engine
import Synchronization
import Threads

/// The columns of the rows that a first import inserts. They are built from the same files while another
/// thread inserts the rows, so that the first process to serve the store need not read any rows.
///
/// A first import inserts every good row, so that a row's id follows from its position alone. Sound as
/// `Sendable`: until ``wait()`` has returned, only the reader thread uses the mutable state.
final class ImportedColumns: @unchecked Sendable {
  private let inputs: [ResolvedTable]
  private let sessions: SessionTable?
  /// Nil if no id is left.
  let firstRowID: Int64?
  private let folder: CacheFolder
  private let storePath: String
  private let options: ImportOptions
  private var thread: JoinableThread?
  private let isAbandoned = Atomic(false)
  private var columns: ColumnSet?
  /// The state of the store to which these columns belong; nil if it is unknown.
  var position: ChangeLogPosition?

  /// Starts reading. Nil if columns are not cached, or if no thread can be created.
  init?(
    _ inputs: [ResolvedTable], _ sessions: SessionTable?, firstRowID: Int64?, storePath: String,
    _ options: ImportOptions
  ) {
    guard let folder = options.cache.folder(forStore: storePath) else { return nil }
    self.inputs = inputs
    self.sessions = sessions
    self.firstRowID = firstRowID
    self.storePath = storePath
    self.folder = folder
    self.options = options
    do throws(ThreadError) { thread = try JoinableThread { self.columns = self.read() } } catch { return nil }
  }

  /// Cancels reading; the result is discarded.
  func cancel() {
    isAbandoned.store(true, ordering: .relaxed)
    wait()
  }

  private func wait() {
    guard let thread = thread.take() else { return }
    thread.join()
  }

  /// Writes the columns to the cache, as those of the store at ``position``. This process must have closed
  /// the store. If they cannot be written, the process that serves the store rebuilds them from its rows and
  /// reports the failure.
  func keep() {
    wait()
    guard let position, let columns else { return }
    let cache = ColumnCache(folder: folder, threads: options.threads) { _ in }
    // With default rules: a store's rows already reflect the rules of the import.
    let fingerprint = SourceFingerprint(ReadingRules(), .position(position, databaseFiles(path: storePath)))
    guard let lock = cache.beginWriting(fingerprint) else { return }
    var lines: [String] = []
    DiagnosticLog { lines.append($0) }.unmatchedProperties(columns.orphanProperties)
    cache.write(
      StoreColumns(columns, diagnostics: lines), fingerprint: fingerprint, holding: lock,
      isAccepted: { storeAccepts(position.cacheKey) })
  }

  /// Whether the store still has the secret; another process may have let it forget events since the import.
  private func storeAccepts(_ key: CacheKey) -> Bool {
    do throws(StoreError) {
      let store = try Connection(path: storePath, mode: .readOnly)
      return try store.transaction(.reading) { () throws(StoreError) in
        try ChangeLogPosition(store)?.cacheKey == key
      }
    } catch {
      return false
    }
  }

  /// Skips duplicates, as the store does: the first row with a key counts. Nil if reading was cancelled.
  private func read() -> ColumnSet? {
    var builder = ColumnsBuilder()
    var nextRowID = firstRowID
    // The inserting thread reports bad rows.
    let badRows = BadRows(isStrict: false) { _ in }
    for input in inputs {
      var ids = ContentIDs()
      do throws(StoreError) {
        _ = try TableScan(input.table, input.layout, options.rules).forEachRow(
          sessions: sessions, badRows: badRows, isCancelled: { self.isAbandoned.load(ordering: .relaxed) }
        ) { event, _ throws(StoreError) in
          // Past the largest id an insertion fails, and the inserting thread reports that.
          guard let id = nextRowID else { throw .cancelled }
          event.row.rowID = id
          nextRowID = id == .max ? nil : id + 1
          if event.row.eventID.isEmpty {
            let hash = ContentHash(event.row, event.fields, event.layout)
            event.row.eventID = event.fields.keep(ids.next(hash))
          }
          builder.append(event.row)
          for property in event.fields.properties { builder.append(property.row(of: event.row.eventID)) }
          return nil
        } property: { property, _ throws(StoreError) in
          builder.append(property.decoder.row)
          return nil
        } amount: { amount, _ throws(StoreError) in
          builder.append(amount.decoder.row)
          return nil
        }
      } catch {
        // The other thread reports a damaged file.
        return nil
      }
    }
    return ColumnsBuilder.finish([builder], batches: [0], threads: 1) {
      isAbandoned.load(ordering: .relaxed)
    }?.columns
  }
}

import Calendar
import Engine
import JSON
import JSONRPC
import Synchronization
import System
import TestSupport

@testable import EventStore
@testable import Worker

/// A worker on CSV files of two websites, with a fixed clock and fixed ids.
struct TestWorker {
  static let header =
    "website_id,session_id,visit_id,event_id,hostname,url_path,event_type,event_name,created_at"
  static let twoWebsites = """
    \(header)
    a,s1,v1,1,a.example,/,1,,2025-03-01 10:00:00
    a,s1,v1,2,a.example,/x,1,,2025-03-01 10:00:10
    b,s2,v2,3,b.example,/,2,buy,2025-03-02 10:00:00

    """
  static let oneWebsite = """
    \(header)
    a,s1,v1,1,a.example,/,1,,2025-03-01 10:00:00
    a,s1,v1,2,a.example,/x,1,,2025-03-01 10:00:10

    """

  let worker: Worker
  let store: EventStore
  let storePath: String
  private let folder: TemporaryFolder

  /// - Parameters:
  ///   - imported: Whether the events are imported into a store first.
  ///   - cache: The cache location, in which an earlier process has written columns.
  ///   - busyTimeoutMilliseconds: How long it waits for locks; nil for the default.
  init(
    _ events: String = oneWebsite, imported: Bool = false, cache: CacheLocation = .none,
    busyTimeoutMilliseconds: Int32? = nil
  ) throws {
    let folder = try TemporaryFolder()
    var path = try folder.file("events.csv", events)
    if imported {
      let store = folder.path("store.db")
      _ = try importFiles([path], into: store, diagnostics: { _ in })
      path = store
    }
    var options = OpenOptions()
    options.cache = cache
    if case .none = cache {
    } else {
      _ = try EventStore.open([path], options: options, diagnostics: { _ in }).snapshot().websites
    }
    if let busyTimeoutMilliseconds { options.busyTimeoutMilliseconds = busyTimeoutMilliseconds }
    try self.init(path, in: folder, options)
  }

  /// A worker on an SQLite file of another program.
  ///
  /// - Parameter sql: The statements that make the file.
  init(database sql: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("umami.db")
    _ = try SQLiteShell.run(path, sql)
    var options = OpenOptions()
    options.cache = .none
    try self.init(path, in: folder, options)
  }

  private init(_ path: String, in folder: TemporaryFolder, _ options: OpenOptions) throws {
    self.folder = folder
    storePath = path
    store = try EventStore.open([path], options: options, diagnostics: { _ in })
    let ids = Atomic<Int>(0)
    let seconds = Atomic<Int64>(1_740_000_000)
    worker = Worker(
      store: store,
      zones: TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system),
      threads: 2,
      now: { seconds.add(1, ordering: .relaxed).newValue * 1000 },
      newID: { "report-\(ids.add(1, ordering: .relaxed).newValue)" })
  }

  /// The result, or the error as an object with `code` and `message`.
  func ask(_ method: String, _ params: JSONValue? = nil) -> JSONValue {
    ask(Request(id: .integer(1), method: method, params: params)) ?? "silence"
  }

  /// The same; nil if there is no reply.
  func ask(_ request: Request, in context: RequestContext = RequestContext()) -> JSONValue? {
    do {
      guard case .result(let result, _) = try worker.handle(request, in: context) else { return nil }
      return result
    } catch {
      return [
        "code": .integer(Int64(error.code)), "message": .string(error.message), "data": error.data ?? .null,
      ]
    }
  }
}

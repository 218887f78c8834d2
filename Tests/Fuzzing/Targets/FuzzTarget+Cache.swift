import Calendar
import Engine
import JSON
import JSONRPC
import System
import Worker

@testable import EventStore

extension FuzzTarget {
  /// Changes of the files of a column cache, with all checksums right: every request is answered. Where the
  /// manifest does not know of the changes, or the checksums are made with another key than the store's, it is
  /// answered as from the rows.
  static let cache = FuzzTarget(name: "cache") {
    let folder = try ScratchFolder()
    let stores = [try HostileStore(folder, isDatabase: false), try HostileStore(folder, isDatabase: true)]
    return { input throws(Violation) in
      guard let first = input.first else { return }
      let store = stores[Int(first & 1)]
      let (isWhole, hasKey) = (first & 2 == 0, first & 4 == 0)
      var cache = store.cache
      let rest = Array(input.dropFirst())
      for start in stride(from: 0, to: rest.count, by: HostileCache.editBytes).prefix(8) {
        cache.edit(rest[start..<min(start + HostileCache.editBytes, rest.count)])
      }
      try store.check(cache, isWhole: isWhole, hasKey: hasKey)
    }
  }
}

/// A store whose cache is replaced by another one for each input.
private struct HostileStore {
  /// As it was written.
  let cache: HostileCache
  private let key: CacheKey
  private let paths: [String]
  private let folder: ScratchFolder
  private let cacheFolder: CacheFolder
  private let zones = TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system)
  private let truth: [[UInt8]]

  /// - Parameter isDatabase: whether the events are in a store of our own, to which one has been added since the cache
  ///   was written: it is brought up to date each time.
  init(_ folder: ScratchFolder, isDatabase: Bool) throws {
    self.folder = folder
    let files = [
      folder.write("events.csv", Array(Self.events.utf8)), folder.write("data.csv", Array(Self.data.utf8)),
    ]
    paths = isDatabase ? ["\(folder.path)/store.db"] : files
    let location = CacheLocation.folder("\(folder.path)/caches")
    if isDatabase { _ = try importFiles(files, into: paths[0]) { _ in } }
    let cached =
      isDatabase ? location.folder(forStore: paths[0]) : location.folder(forFiles: paths, ReadingRules())
    guard let cached else { fatalError("no folder for a cache") }
    cacheFolder = cached
    _ = try EventStore.open(paths, options: Self.options(location), diagnostics: { _ in }).snapshot().websites
    guard let opened = cacheFolder.open() else { fatalError("no cache was written") }
    key =
      isDatabase
      ? try ChangeLogPosition(Connection(path: paths[0], mode: .readOnly))?.cacheKey ?? .published
      : .published
    func read(_ name: String) -> [UInt8] {
      (try? CacheFile(name, in: opened).copy()) ?? []
    }
    cache = HostileCache(try Manifest(encoded: read(CacheFolder.manifestName), key), read: read)
    if isDatabase {
      let store = try EventStore.open(paths, diagnostics: { _ in })
      let event = try NewEvent(
        id: "appended", sessionID: "s1", createdAtMilliseconds: 1_740_823_300_000, websiteID: "a")
      _ = try store.append([event])
    }
    truth = Self.answers(paths, CacheLocation.none, zones)
  }

  func check(_ cache: HostileCache, isWhole: Bool, hasKey: Bool) throws(Violation) {
    let name = cacheFolder.path.split(separator: "/").last ?? ""
    let signed = cache.signed(isWhole: isWhole, key: hasKey ? key : CacheKey(1, 2))
    for (file, bytes) in signed { _ = folder.write("caches/\(name)/\(file)", bytes) }
    let answers = Self.answers(paths, .folder("\(folder.path)/caches"), zones)
    for (answer, truth) in zip(answers, truth) {
      let value = try? JSONValue(parsing: answer)
      try require(value?["result"] != nil, "\(String(decoding: answer, as: UTF8.self))")
      if !isWhole || !hasKey { try require(answer == truth, "\(String(decoding: answer, as: UTF8.self))") }
    }
  }

  private static func options(_ location: CacheLocation) -> OpenOptions {
    var options = OpenOptions()
    options.cache = location
    return options
  }

  /// What a process replies to a request of every report.
  private static func answers(
    _ paths: [String], _ location: CacheLocation, _ zones: TimeZoneDatabase
  ) -> [[UInt8]] {
    let store: EventStore
    do { store = try EventStore.open(paths, options: options(location), diagnostics: { _ in }) } catch {
      fatalError("\(error)")
    }
    let worker = Worker(
      store: store, zones: zones, threads: 1,
      now: { 1_745_000_000_000 }, newID: { "id" })
    let server = Server(limits: Limits.messages, handler: worker, now: { 0 })
    return requests.map { server.answer(Array($0.utf8)) ?? [] }
  }

  private static let requests: [String] = {
    let range = #""dateRange":{"startDate":"2020-01-01","endDate":"2035-01-01"}"#
    let part = #""dateRange":{"startDate":"2025-03-01T10:00:05Z","endDate":"2025-03-02T10:00:00Z"}"#
    let step = #"{"type":"url","value":"/"}"#
    let questions = [
      #""method":"reports.utm",\#(range)"#, #""method":"reports.utm",\#(part)"#,
      #""method":"reports.retention",\#(range)"#, #""method":"reports.retention",\#(part)"#,
      #""method":"reports.revenue",\#(range),"currency":"USD""#,
      #""method":"reports.journey",\#(range),"steps":3"#, #""method":"reports.journey",\#(part),"steps":5"#,
      #""method":"reports.insights",\#(range),"fields":[{"name":"url"},{"name":"country"}]"#,
      #""method":"reports.insights",\#(part),"fields":[{"name":"title"}],"filters":[{"name":"referrer","operator":"s"}]"#,
      #""method":"reports.goals",\#(range),"goals":[{"type":"url","value":"*","goal":1},{"type":"event-data","value":"buy","property":"revenue","operator":"sum","goal":1}]"#,
      #""method":"reports.funnel",\#(range),"window":60,"steps":[\#(step),{"type":"url","value":"/x*"}]"#,
      #""method":"reports.attribution",\#(range),"model":"lastClick","steps":[{"type":"url","value":"/*"}]"#,
      #""method":"reports.attribution",\#(range),"model":"firstClick","currency":"USD","steps":[{"type":"event","value":"buy"}]"#,
    ]
    return [#"{"method":"websites.list"}"#]
      + ["a", "b"].flatMap { website in questions.map { #"{"websiteId":"\#(website)",\#($0)}"# } }
  }()

  private static let events: String = {
    let header =
      "website_id,session_id,visit_id,event_id,hostname,url_path,url_query,utm_source,referrer_domain,country,gclid,"
      + "event_type,event_name,created_at\n"
    return header
      + (0..<40).map { index in
        let (website, session) = (index % 7 == 0 ? "b" : "a", index % 6)
        let visit = index % 11 == 0 ? "shared" : "v\(session)-\(index / 18)"
        let query = index % 3 == 0 ? "utm_source=x\(index % 2)&utm_medium=y" : ""
        let isPurchase = index % 5 == 0
        return
          "\(website),s\(session),\(visit),e\(index),\(website).example,/\(index % 4 == 0 ? "" : "x\(index % 3)"),"
          + "\(query),\(index % 3 == 0 ? "x" : ""),search.example,\(["DE", "FR", ""][index % 3]),"
          + "\(index % 8 == 0 ? "g" : ""),\(isPurchase ? 2 : 1),\(isPurchase ? "buy" : ""),"
          + "\(1_740_823_200 + index * 70_000 + (index % 2) * 13)\n"
      }.joined()
  }()

  private static let data: String =
    "event_id,data_key,string_value,number_value\n"
    + stride(from: 0, to: 40, by: 5).map { "e\($0),currency,USD,\ne\($0),revenue,,\($0).25\n" }.joined()
}

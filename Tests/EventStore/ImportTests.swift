import Engine
import Foundation
import Testing

@testable import EventStore

struct ImportTests {
  private let folder: TemporaryFolder
  private let store: String

  init() throws {
    folder = try TemporaryFolder()
    store = folder.file("store.db")
  }

  @discardableResult
  private func load(
    _ paths: String..., strict: Bool = false, batch: Int = 50_000, map: String? = nil, firstBytes: Int? = nil
  ) throws -> ImportSummary {
    var options = ImportOptions()
    if let firstBytes { options.firstImportBytes = firstBytes }
    options.rules.isStrict = strict
    options.rowsPerTransaction = batch
    if let map { options.rules.columnMap = try ColumnMap(parsing: map) }
    return try importFiles(paths, into: store, options: options) { _ in }
  }

  private func texts(_ sql: String) throws -> [String] {
    try Connection(path: store, mode: .readOnly).texts(sql)
  }

  @Test func `what was imported is what the files say`() throws {
    let files = [goldenFile("website_event.csv"), goldenFile("event_data.csv")]
    let summary = try load(files[0], files[1])
    #expect(summary.events == .init(added: 7_907))
    #expect(summary.properties == .init(added: 1_164))
    #expect(summary.rowsRead == 9_071)
    let csv = try SeenRows(csv: files)
    let sqlite = try SeenRows(sqlite: store)
    #expect(sqlite.events == csv.events)
    #expect(sqlite.properties == csv.properties)
    #expect(sqlite.diagnostics == [])
  }

  @Test func `a first import leaves the columns that reading the store makes`() throws {
    let untold = try folder.write(
      "untold.csv",
      "session_id,created_at,tag,url_path\na,1500000000,x,/\na,1500000000,x,/\nb,1500086400,y,/b\n")
    let orphan = try folder.write("orphan.csv", "event_id,data_key,number_value\nnone,k,1.5\n")
    var options = ImportOptions()
    options.firstImportBytes = 0
    options.cache = .standard(userFolder: nil)
    let files = [goldenFile("website_event.csv"), goldenFile("event_data.csv"), untold, untold, orphan]
    _ = try importFiles(files, into: store, options: options) { _ in }
    let cached = CachedStore(paths: [store], place: options.cache)
    #expect(try cached.isWhole())
    #expect(cached.isUsed(cached.truth()))

    let more = try folder.write("more.csv", "session_id,created_at,tag\nb,1500086500,z\n")
    _ = try importFiles([more], into: store, options: options) { _ in }
    #expect(cached.isUsed(cached.truth()))
  }

  /// An emptied store, in whose table of greatest ids somebody has written.
  @Test(
    arguments: [
      ("9223372036854775807", nil), ("9223372036854775805", 2), ("-5", 3), ("'x'", 3), ("7", 3),
    ] as [(String, Int?)])
  func `columns of a first import have the ids that their rows get`(seq: String, most: Int?) throws {
    try load(folder.write("one.csv", "session_id,created_at\na,1500000000\n"))
    try Connection(path: store, mode: .readWrite).execute(
      "DELETE FROM website_event; UPDATE sqlite_sequence SET seq = \(seq) WHERE name = 'website_event'")
    let events = try folder.write(
      "events.csv", "session_id,created_at,tag\na,1500000000,x\nb,1500000000,y\nc,1500000000,z\n")
    var options = ImportOptions()
    options.firstImportBytes = 0
    options.cache = .standard(userFolder: nil)
    let imported = Result { try importFiles([events], into: store, options: options) { _ in } }
    guard most == 3 else {
      let error = #expect(throws: StoreError.self) { try imported.get() }
      let reason = most == nil ? "has no row id left in website_event" : "store.db"
      #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
      return
    }
    #expect(try imported.get().events == .init(added: 3))
    let cached = CachedStore(paths: [store], place: options.cache)
    #expect(cached.isUsed(cached.truth()))
    _ = try Connection(path: store, mode: .readWrite).execute(
      "UPDATE website_event SET tag = 'other' WHERE session_id = 'c'")
    #expect(cached.process() == cached.truth())
  }

  @Test func `importing a file again records no changes`() throws {
    let events = goldenFile("website_event.csv")
    try load(events, goldenFile("event_data.csv"))
    let entries = try texts("SELECT nonce FROM change_log")
    #expect(try load(events, goldenFile("event_data.csv")).events == .init(known: 7_907))
    #expect(try texts("SELECT nonce FROM change_log") == entries)
  }

  @Test func `a first import in one transaction says and stores the same`() throws {
    let events = try folder.write("events.csv", goldenLines("website_event.csv", 1_001))
    let twice = try folder.write(
      "twice.csv", "session_id,created_at,tag\na,1500000000,x\na,1500000000,x\na,1500000000,y\n")
    let data = try folder.write(
      "data.csv", "event_id,data_key,number_value\ne,k,1\nf,k,2\ne,k,3\ne,l,4\n")
    let summary = try load(events, twice, events, twice, data, firstBytes: 0)
    #expect(summary.events == .init(added: 940, known: 940))
    #expect(summary.properties == .init(added: 3, known: 1))
    let all = "SELECT event_id || ' ' || coalesce(tag, '') FROM website_event ORDER BY rowid"
    let first = try texts(all)
    #expect(try ChangeLog.isTrusted(in: Connection(path: store, mode: .readOnly)))
    #expect(try texts("PRAGMA journal_mode") == ["wal"])
    #expect(try texts("SELECT number_value FROM event_data ORDER BY rowid") == ["1", "2", "4"])
    #expect(try load(events, twice, data, firstBytes: 0).events == .init(known: 940))
    try FileManager.default.removeItem(atPath: store)
    try load(events, twice, data)
    #expect(try texts(all) == first)
  }

  @Test func `a first import that fails leaves nothing behind`() throws {
    let bad = try folder.write("bad.csv", "session_id,created_at\na,1500000000\na,soon\n")
    #expect(throws: StoreError.self) { try load(bad, strict: true, firstBytes: 0) }
    #expect(try texts("SELECT count(*) FROM website_event") == ["0"])
    #expect(try ChangeLog.isTrusted(in: Connection(path: store, mode: .readOnly)))
    let good = try folder.write("good.csv", "session_id,created_at\na,1500000000\na,1500000001\n")
    #expect(try load(good, firstBytes: 0).events == .init(added: 2))
  }

  @Test func `a store that another connection has open is filled batch by batch`() throws {
    let path = try folder.write("e.csv", "session_id,created_at\na,1500000000\na,1500000001\n")
    _ = try StoreSchema.openForWriting(store)
    let other = try Connection(path: store, mode: .readWrite)
    #expect(try other.integer("SELECT count(*) FROM website_event") == 0)
    #expect(try load(path, firstBytes: 0).events == .init(added: 2))
    #expect(try other.integer("SELECT count(*) FROM website_event") == 2)
  }

  @Test func `importing a file again changes nothing`() throws {
    let events = try folder.write("events.csv", goldenLines("website_event.csv", 1_001))
    let data = try folder.write("data.csv", goldenLines("event_data.csv", 201))
    try load(events, data)
    let again = try load(data, events)
    #expect(again.events == .init(known: 937))
    #expect(again.properties == .init(known: 200))
    #expect(try texts("SELECT count(*) FROM website_event") == ["937"])
    #expect(try texts("SELECT count(*) FROM event_data") == ["200"])
  }

  @Test func `rows without ids are told apart by their content and their turn`() throws {
    let rows = "session_id,created_at,tag\na,1500000000,x\na,1500000000,x\na,1500000000,y\n"
    let path = try folder.write("a.csv", rows)
    #expect(try load(path).events == .init(added: 3))
    #expect(try load(path, path).events == .init(known: 6))
    let reordered = try folder.write(
      "b.csv", "tag,created_at,session_id\nx,2017-07-14 02:40:00,a\nx,1500000000,a\nx,1500000000,a\n")
    #expect(try load(reordered).events == .init(added: 1, known: 2))
    #expect(
      try texts("SELECT DISTINCT length(event_id) || substr(event_id, 15, 1) FROM website_event") == ["368"])
  }

  @Test func `an interrupted import is finished by running it again`() throws {
    let good = (0..<1_000).map { "e\($0),s,\(1_500_000_000 + $0)\n" }
    let header = "event_id,session_id,created_at\n"
    let broken = try folder.write("broken.csv", header + good[..<450].joined() + "e,s,never\n")
    #expect(throws: StoreError.self) { try load(broken, strict: true, batch: 100) }
    #expect(try texts("SELECT count(*) FROM website_event") == ["400"])
    #expect(try texts("SELECT count(*) FROM website") == ["0"])
    let whole = try folder.write("whole.csv", header + good.joined())
    #expect(try load(whole, batch: 100).events == .init(added: 600, known: 400))
    #expect(try SeenRows(sqlite: store).events == SeenRows(csv: [whole]).events)
    #expect(try texts("SELECT count(*) FROM website") == ["1"])
  }

  @Test func `progress is told after every transaction and every file`() throws {
    let path = try folder.write(
      "p.csv", "session_id,created_at\na,1500000000\nb,1500000000\nbad\nc,1500000000\n")
    var options = ImportOptions()
    options.rowsPerTransaction = 2
    var seen: [ReadingProgress] = []
    let summary = try importFiles([path], into: store, options: options, progress: { seen.append($0) }) { _ in
    }
    #expect(
      seen == [
        ReadingProgress(bytesDone: 26, bytesTotal: 43, rows: 2),
        ReadingProgress(bytesDone: 43, bytesTotal: 43, rows: 4),
      ])
    #expect(summary.badRows == 1)
    #expect(summary.rowsRead == 4)
  }

  @Test func `new websites are named by their main hostname`() throws {
    let path = try folder.write(
      "w.csv",
      """
      website_id,session_id,created_at,hostname
      w1,s,1500000005,b.example
      w1,s,1500000003,a.example
      w2,s,1500000009,
      w1,s,1500000004,a.example
      w1,s,1500000006,b.example
      """)
    try load(path)
    let select =
      "SELECT website_id || '|' || name || '|' || ifnull(domain, '') || '|' || created_at FROM website ORDER BY 1"
    #expect(try texts(select) == ["w1|a.example|a.example|1500000003000", "w2|w2||1500000009000"])
    try Connection(path: store, mode: .readWrite).execute(
      "UPDATE website SET name = 'Shop' WHERE website_id = 'w1'")
    try load(path)
    #expect(try texts(select)[0] == "w1|Shop|a.example|1500000003000")
  }

  @Test func `stored rows are ordinary ones`() throws {
    let events = try folder.write(
      "e.csv", "event_id,session_id,created_at,event_type,cls,gclid,tag\ne,s,2025-03-05 21:54:42,2,0.1,,x\n")
    let data = try folder.write(
      "d.csv",
      "event_id,data_key,number_value,data_type,created_at\ne,k,34.84,2,2025-03-05 21:54:42\ne,l,,1,\n")
    try load(events, data)
    #expect(
      try texts(
        """
        SELECT typeof(created_at) || created_at || typeof(event_type) || cls || typeof(gclid) || typeof(visit_id) || tag
        FROM website_event
        """) == ["integer1741211682000integer0.1nullnullx"])
    #expect(
      try texts(
        "SELECT typeof(number_value) || ifnull(number_value, '') || typeof(created_at) || data_type FROM event_data"
      )
        == ["real34.84integer2", "nullnull1"])
    #expect(try texts("PRAGMA journal_mode") == ["wal"])
    #expect(try texts("PRAGMA application_id") == [String(StoreSchema.applicationID)])
  }

  @Test func `a full url is imported in its parts`() throws {
    let path = try folder.write(
      "u.csv",
      "session_id,created_at,page,ref\ns,1500000000,https://a.example/x?utm_term=t&fbclid=f,https://b.example/y?z\n"
    )
    try load(path, map: "url=page,referrer=ref")
    #expect(
      try texts(
        """
        SELECT hostname || url_path || url_query || utm_term || fbclid || referrer_domain || referrer_path || referrer_query
        FROM website_event
        """) == ["a.example/xutm_term=t&fbclid=ftfb.example/yz"])
  }

  @Test func `a mapped column has to be in one of all files, whatever their kinds`() throws {
    let csv = try folder.write("a.csv", "session_id,created_at\ns,1500000000\n")
    let foreign = folder.file("f.db")
    try Connection(path: foreign, mode: .create).execute(
      "CREATE TABLE website_event (who, created_at); INSERT INTO website_event VALUES ('t', 1500000000)")
    let other = try folder.write("b.csv", "who,created_at\nu,1500000000\n")
    let plain = folder.file("g.db")
    try Connection(path: plain, mode: .create).execute(
      "CREATE TABLE website_event (session_id, created_at); INSERT INTO website_event VALUES ('v', 1500000000)"
    )
    #expect(try load(csv, foreign, map: "session_id=who").events == .init(added: 2))
    #expect(try load(other, plain, map: "session_id=who").events == .init(added: 2))
    #expect(try texts("SELECT session_id FROM website_event ORDER BY 1") == ["s", "t", "u", "v"])
    let error = #expect(throws: StoreError.self) { try load(csv, plain, map: "session_id=who") }
    #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("--map: no file has a column \"who\""))
  }

  @Test func `columns that are left out are named`() throws {
    let events = try folder.write(
      "e.csv", "subdivision2,session_id,created_at,url,mine\nx,s,1500000000,/,y\n")
    let data = try folder.write("d.csv", "event_id,data_key,event_data_id\ne,k,x\n")
    let lines = Lines()
    let whole = try folder.write("whole.csv", goldenLines("website_event.csv", 2))
    _ = try importFiles([events, data, whole], into: store, diagnostics: lines.add)
    #expect(
      lines.all == [
        "\(events): skipped columns that a store does not have: subdivision2, mine",
        "\(data): skipped columns that a store does not have: event_data_id",
      ])
  }

  @Test func `nothing but a store or an empty file is written to`() throws {
    let csv = try folder.write("a.csv", "session_id,created_at\ns,1500000000\n")
    func check(_ target: String, _ sentence: String) {
      let error = #expect(throws: StoreError.self) { try importFiles([csv], into: target) { _ in } }
      #expect(error?.description == "\(target) \(sentence)")
    }
    check(csv, "is not an SQLite file; choose another name for the store")
    let foreign = folder.file("foreign.db")
    try Connection(path: foreign, mode: .create).execute(
      "CREATE TABLE website_event (session_id, created_at)")
    let before = try Data(contentsOf: URL(fileURLWithPath: foreign))
    check(foreign, "is another program's database; choose a new file for the store")
    #expect(try Data(contentsOf: URL(fileURLWithPath: foreign)) == before)
    #expect(throws: StoreError.isDirectory(path: folder.path)) {
      try importFiles([csv], into: folder.path) { _ in }
    }
    #expect(throws: StoreError.self) { try importFiles([csv], into: folder.file("none/store.db")) { _ in } }
    let empty = try folder.write("empty.db", "")
    #expect(try importFiles([csv], into: empty) { _ in }.events.added == 1)
  }

  @Test func `a store of a newer version is left alone`() throws {
    let csv = try folder.write("a.csv", "session_id,created_at\ns,1500000000\n")
    try load(csv)
    try Connection(path: store, mode: .readWrite).execute("PRAGMA user_version = 2")
    #expect(throws: StoreError.self) { try load(csv) }
    let error = #expect(throws: StoreError.self) { try EventStore.open([store]) { _ in } }
    #expect(
      error?.description == "\(store) was made by a newer version (format 2; this one reads formats up to 1)")
  }
}

extension StoreError {
  var isUsage: Bool {
    if case .usage = self { true } else { false }
  }
}

import Foundation
import Testing

@testable import Engine
@testable import EventStore

/// A store whose columns are kept, opened again and again as by one process after the other.
struct CachedStore: Sendable {
  enum Kind: CaseIterable {
    case csv, foreignDatabase, ownStore
  }

  let paths: [String]
  var rules = ReadingRules()
  /// A folder of the user's for caches, or another place.
  var place: CacheLocation

  /// What a process answers, and says on its way.
  struct Answer: Equatable {
    var rows: [String]
    var said: [String]
  }

  /// The folder of the cache; `nowhere` without one.
  var folder: CacheFolder {
    let folder =
      paths[0].hasSuffix(".csv") ? place.folder(forFiles: paths, rules) : place.folder(forStore: paths[0])
    return folder ?? CacheFolder(path: "nowhere", sources: [])
  }

  var cache: String { folder.path }

  /// A process that looks at everything.
  func process() -> Answer { process(place) }

  /// The same without a cache.
  func truth() -> Answer { process(.none) }

  private func process(_ place: CacheLocation) -> Answer {
    let lines = Lines()
    do throws(StoreError) {
      let rows = try answers(open(place, lines))
      return Answer(rows: rows, said: lines.all)
    } catch {
      return Answer(rows: ["\(error)"], said: lines.all)
    }
  }

  func open(_ lines: Lines = Lines()) throws(StoreError) -> EventStore { try open(place, lines) }

  private func open(_ place: CacheLocation, _ lines: Lines) throws(StoreError) -> EventStore {
    var options = OpenOptions()
    options.rules = rules
    options.cache = place
    options.threads = 2
    return try EventStore.open(paths, options: options, diagnostics: lines.add)
  }
}

/// All that reports could see of a store.
func answers(_ store: EventStore) throws(StoreError) -> [String] {
  var lines: [String] = []
  let snapshot = try store.snapshot()
  for website in snapshot.websites {
    lines.append("\(website)")
    lines += try snapshot.reading(website.id, describe).get()
  }
  return lines
}

extension CachedStore {
  /// A name for every file of the cache, and what tells it from another of its name. Whoever begins to write
  /// touches the lock, and so changes this.
  func files() -> [String: FileIdentity] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        FileIdentity(path: "\(cache)/\(name)").map { (name, $0) }
      })
  }

  /// The key that the cache is to have.
  func key() throws -> CacheKey {
    guard !paths[0].hasSuffix(".csv") else { return .published }
    return try ChangeLogPosition.ofOurs(Connection(path: paths[0], mode: .readOnly))?.cacheKey ?? .published
  }

  func manifest() throws -> Manifest {
    try Manifest(encoded: CacheFile("manifest", in: #require(folder.open())).copy(), key())
  }

  /// Whether every file of the cache is there and as it was written, and nothing stands beside them.
  func isWhole() throws -> Bool {
    let manifest = try manifest()
    let columns = StoreColumns(manifest, try #require(folder.open()))
    for website in manifest.websites {
      let website = try #require(try columns.columns(of: website.id))
      _ = describe(website)
      _ = website.partitions.map(\.sourceRowIDs)
    }
    return columns.damagedPath == nil && Set(files().keys) == manifest.fileNames.union(["manifest", "lock"])
  }

  /// Puts the columns of other rows in the cache as if they were those of the store. A process that answers
  /// with them has used the cache and looked at no row.
  ///
  /// - Parameter key: what checksums are made with; nil for the store's.
  func forge(_ others: [String], key: CacheKey? = nil) throws {
    var fingerprint = try manifest().fingerprint
    if let key, case .position(var position, let files) = fingerprint.state {
      position.cacheKey = key
      fingerprint = SourceFingerprint(rules, .position(position, files))
    }
    guard case .tables(let files) = try StoreInput(others, ReadingRules()) else {
      throw StoreError.usage("no CSV")
    }
    let source = try FileSource(files, options: OpenOptions(), diagnostics: DiagnosticLog { _ in })
    let kept = ColumnCache(folder: folder, threads: 1) { Issue.record("\($0)") }
    let lock = try #require(kept.beginWriting(fingerprint))
    kept.write(
      StoreColumns(try source.load(LoadContext()).columns, diagnostics: ["forged"]), fingerprint: fingerprint,
      holding: lock, isAccepted: { true })
  }

  /// Whether the next process answers from the cache: it says and answers the same, and writes nothing.
  func isUsed(_ truth: Answer) -> Bool {
    let before = files()
    return process() == truth && files() == before
  }
}

extension ChangeLogPosition {
  /// Nil if the store is not ours, or keeps no record.
  static func ofOurs(_ connection: Connection) throws(StoreError) -> ChangeLogPosition? {
    try StoreSchema.isFootfallStore(connection) ? ChangeLogPosition(connection) : nil
  }
}

/// Stores of every kind, in a folder of their own.
struct StoreFiles {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let header = "website_id,session_id,visit_id,event_id,created_at,event_type,url_path,hostname,tag\n"

  /// Rows of two websites and two months, and one that is left out.
  static func rows(_ path: String = "/a") -> String {
    (0..<12).map { index in
      let time = 1_740_000_000 + index * 180_000
      return "w\(index % 2),s\(index % 7),v\(index % 3),e\(index),\(time),1,\(path)\(index % 4),h,t\(index)\n"
    }.joined() + "w0,s,v,bad,soon,1,/,h,t\n"
  }

  /// A store with events whose paths begin with `path`.
  func store(_ kind: CachedStore.Kind, _ name: String = "store", path: String = "/a") throws -> CachedStore {
    let events = try folder.write("\(name).csv", Self.header + Self.rows(path))
    let data = try folder.write(
      "\(name)-data.csv", "event_id,data_key,string_value,number_value\ne1,currency,USD,\ne1,revenue,,5\n")
    let database = folder.file("\(name).db")
    switch kind {
    case .csv:
      return CachedStore(
        paths: [events, data], place: .standard(userFolder: folder.file("user's/caches/footfall")))
    case .ownStore:
      _ = try importFiles([events, data], into: database) { _ in }
    case .foreignDatabase:
      let connection = try Connection(path: database, mode: .create)
      try connection.execute("CREATE TABLE website_event (\(Self.header))")
      let rows = Self.rows(path).split(separator: "\n").map { row in
        "(\(row.split(separator: ",").map { "'\($0)'" }.joined(separator: ",")))"
      }
      try connection.execute("INSERT INTO website_event VALUES \(rows.joined(separator: ","))")
    }
    return CachedStore(paths: [database], place: .standard(userFolder: nil))
  }

  /// Writes over the bytes of a file from its start, without making it shorter or another file.
  func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: bytes)
    try file.close()
  }
}

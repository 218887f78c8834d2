import Foundation
import Testing

@testable import EventStore

/// When the columns on disk are used, and when they are not.
struct CacheReuseTests {
  private let files: StoreFiles

  init() throws { files = try StoreFiles() }

  @Test(arguments: CachedStore.Kind.allCases) func `the next process looks at no row`(
    kind: CachedStore.Kind
  ) throws {
    let store = try files.store(kind)
    let truth = store.truth()
    #expect(!FileManager.default.fileExists(atPath: store.cache))
    #expect(truth.said.count == (kind == .ownStore ? 0 : 1))
    #expect(store.process() == truth)
    #expect(try store.isWhole())
    #expect(store.isUsed(truth))

    // Not by accident: what stands in the cache is what is answered, and said.
    let other = try files.store(.csv, "other", path: "/other")
    try store.forge(other.paths)
    let forged = CachedStore.Answer(rows: other.truth().rows, said: ["forged"])
    #expect(forged.rows != truth.rows)
    #expect(store.isUsed(forged))
    try FileManager.default.removeItem(atPath: "\(store.cache)/manifest")
    #expect(!store.isUsed(truth))
    #expect(store.isUsed(truth))
  }

  @Test func `what was said of rows is said again, in the same order`() throws {
    let bad = (0..<13).map { "w,s,v,,when \($0),1,/,h,t\n" }.joined()
    let good = (0..<13).map { "w,s,v,g\($0),2025-03-01,1,/,h,t\n" }.joined()
    let events = try files.folder.write(
      "bad.csv", StoreFiles.header + bad + good + "w,s,v,e,1500000000,1,/,h,t\nw,s,v,e,1500000000,1,/,h,t\n")
    let data = try files.folder.write("data.csv", "event_id,data_key\nnone,a\ne,b\ne,b\n")
    let store = CachedStore(paths: [events, data], place: .folder(files.folder.file("caches")))
    let truth = store.truth()
    #expect(truth.said.count == 10 + 1 + 3)
    for _ in 0..<3 { #expect(store.process() == truth) }
    #expect(store.isUsed(truth))
  }

  @Test func `no events, no rows at all, and websites without events`() throws {
    let empty = try files.folder.write("empty.csv", StoreFiles.header)
    let csv = CachedStore(paths: [empty], place: .folder(files.folder.file("caches")))
    let database = files.folder.file("empty.db")
    try Connection(path: database, mode: .create).execute(
      """
      CREATE TABLE website_event (session_id, created_at);
      CREATE TABLE website (website_id, name, domain); INSERT INTO website VALUES ('a', 'A', 'a.example')
      """)
    for store in [csv, CachedStore(paths: [database], place: .standard(userFolder: nil))] {
      let truth = store.truth()
      #expect(store.process() == truth)
      #expect(try store.isWhole())
      #expect(store.isUsed(truth))
    }
  }

  /// Canonically equivalent ids are ids of two websites.
  @Test func `websites are told apart by bytes`() throws {
    let path = try files.folder.write(
      "e.csv", "website_id,session_id,created_at,tag\n\u{E9},s,1500000000,a\ne\u{301},s,1500000060,b\n")
    let store = CachedStore(paths: [path], place: .folder(files.folder.file("caches")))
    let truth = store.truth()
    #expect(truth.rows.count > 2 && store.process() == truth)
    #expect(store.isUsed(truth))
  }

  @Test(arguments: CachedStore.Kind.allCases) func `other rules are other rows`(
    kind: CachedStore.Kind
  ) throws {
    let text =
      "session_id,created_at,url_path,page_title,event_id\ns,1500000000,/a,/b,e\ns,1500000060,/c,/d,f\n"
    let events = try files.folder.write("plain.csv", text)
    var store = CachedStore(paths: [events], place: .folder(files.folder.file("caches")))
    switch kind {
    case .csv: break
    case .ownStore:
      let path = files.folder.file("plain.db")
      _ = try importFiles([events], into: path) { _ in }
      store = CachedStore(paths: [path], place: .standard(userFolder: nil))
    case .foreignDatabase:
      let path = files.folder.file("plain.db")
      try Connection(path: path, mode: .create).execute(
        "CREATE TABLE website_event (session_id, created_at, url_path, page_title); INSERT INTO website_event VALUES (1, 1500000000, 3, 4)"
      )
      store = CachedStore(paths: [path], place: .standard(userFolder: nil))
    }
    var rules = Array(repeating: ReadingRules(), count: 5)
    rules[1].defaultWebsiteID = "mine"
    rules[2].columnMap = try ColumnMap(parsing: "url_path=page_title")
    rules[3].columnMap = try ColumnMap(parsing: "url_path=page_title,page_title=url_path")
    rules[4].isStrict = true
    for _ in 0..<2 {
      // The columns of a store of ours cannot be mapped.
      for rules in rules where kind != .ownStore || rules.columnMap == .none {
        store.rules = rules
        #expect(store.process() == store.truth())
        #expect(store.isUsed(store.truth()))
      }
    }
    store.rules = rules[1]
    #expect(store.truth().rows.first?.contains("mine") == (kind != .ownStore))
  }

  @Test func `maps that differ in quotes only are other rules`() throws {
    let events = try files.folder.write(
      "quotes.csv",
      "session_id,created_at,ref,page,\"ref,url=page\"\ns,1500000000,https://g.example/,/p,https://odd.example/\n"
    )
    var store = CachedStore(paths: [events], place: .folder(files.folder.file("caches")))
    for map in ["referrer=\"ref,url=page\"", "referrer=ref,url=page"] {
      store.rules.columnMap = try ColumnMap(parsing: map)
      #expect(store.process() == store.truth(), "\(map)")
    }
  }

  @Test(arguments: [CachedStore.Kind.csv, .foreignDatabase])
  func `what is an error without a cache is one with it`(kind: CachedStore.Kind) throws {
    var store = try files.store(kind)
    let loose = store.truth()
    #expect(store.process() == loose)
    store.rules.isStrict = true
    let strict = store.truth()
    #expect(strict.rows.count == 1 && strict.rows != loose.rows)
    for _ in 0..<2 { #expect(store.process() == strict) }
    store.rules.isStrict = false
    #expect(store.process() == loose)
  }

  @Test(arguments: CachedStore.Kind.allCases) func `a link to a store leads to its cache`(
    kind: CachedStore.Kind
  ) throws {
    let store = try files.store(kind)
    let truth = store.process()
    let links = try store.paths.enumerated().map { index, path in
      let link = files.folder.file("link \(index)\(path.hasSuffix(".csv") ? ".csv" : "")")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      return link
    }
    let linked = CachedStore(paths: links, place: store.place)
    #expect(linked.cache == store.cache)
    #expect(linked.process().rows == truth.rows)
    let other = try files.store(.csv, "other", path: "/other")
    try store.forge(other.paths)
    #expect(linked.process().rows == other.truth().rows)
  }

  @Test func `every store has a cache of its own in a folder for all`() throws {
    let place = CacheLocation.folder(files.folder.file("all"))
    try FileManager.default.createDirectory(
      atPath: files.folder.file("sub"), withIntermediateDirectories: false)
    let (a, b) = (try files.store(.csv, path: "/a"), try files.store(.csv, "sub/store", path: "/b"))
    let (c, d) = (
      try files.store(.ownStore, "c", path: "/c"), try files.store(.ownStore, "sub/c", path: "/d")
    )
    var stores = [a, b, c, d].map { CachedStore(paths: $0.paths, place: place) }
    stores.append(CachedStore(paths: a.paths + b.paths, place: place))
    stores.append(CachedStore(paths: b.paths + a.paths, place: place))
    #expect(Set(stores.map(\.cache)).count == stores.count)
    for _ in 0..<2 {
      for store in stores { #expect(store.process() == store.truth()) }
    }
    for store in stores {
      #expect(store.cache.hasPrefix(files.folder.file("all/")))
      #expect(store.isUsed(store.truth()))
    }
  }
}

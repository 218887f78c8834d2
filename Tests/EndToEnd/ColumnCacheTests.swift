import Foundation
import TestSupport
import Testing

/// The column cache of the built binary, over processes that end well and ones that do not.
@Suite struct ColumnCacheTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let examples = ["website_event.csv", "event_data.csv"].map {
    BuiltBinary.checkout.appendingPathComponent("examples/\($0)").path
  }

  /// Requests that look at every column of the websites.
  private static func requests(_ websites: [String]) -> [String] {
    let range = #""dateRange":{"startDate":"2015-01-01","endDate":"2035-01-01"}"#
    let fields = [
      [
        "url", "query", "referrer", "title", "host", "browser", "os", "device", "screen", "language",
        "country",
        "region", "city", "event", "tag", "distinctId",
      ],
      ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"],
    ]
    return [#"{"method":"websites.list"}"#]
      + websites.flatMap { website in
        let insights = fields.map { names in
          let list = names.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
          return #""method":"reports.insights",\#(range),"fields":[\#(list)]"#
        }
        let others = [
          #""method":"reports.revenue",\#(range),"currency":"USD""#,
          #""method":"reports.attribution",\#(range),"model":"firstClick","steps":[{"type":"url","value":"/*"}]"#,
        ]
        return (insights + others).map { "{\"websiteId\":\"\(website)\",\($0)}" }
      }
  }

  /// Rows of two websites in so many months that writing their columns takes its time.
  private func manyMonths(_ rows: Range<Int>) throws -> String {
    let header = "website_id,session_id,visit_id,event_id,created_at,event_type,url_path,browser\n"
    return try folder.file(
      "rows \(rows.lowerBound).csv",
      header
        + rows.map { row in
          "w\(row % 2),s\(row / 3),v\(row / 3),e\(row),\(1_600_000_000 + row * 160_000),1,/p\(row % 17),b\(row % 5)\n"
        }.joined())
  }

  private let manyRequests = Data(ColumnCacheTests.requests(["w0", "w1"]).map { $0 + "\n" }.joined().utf8)

  /// A process over `store` to its end, which must be a good one.
  private func replies(_ arguments: [String], environment: [String: String] = [:]) throws -> [String] {
    let outcome = try BuiltBinary.run(
      ["serve"] + arguments, input: manyRequests, in: folder.url, environment: environment)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    return outcome.lines
  }

  /// The files below `path`, and what tells each from another of its name: whoever begins to write touches
  /// the lock.
  private func files(_ path: String) throws -> [String: [String]] {
    let manager = FileManager.default
    return try (manager.subpaths(atPath: path) ?? []).reduce(into: [:]) { files, name in
      let attributes = try manager.attributesOfItem(atPath: "\(path)/\(name)")
      files[name] = [FileAttributeKey.systemFileNumber, .modificationDate, .size].map {
        "\(attributes[$0] ?? "")"
      }
    }
  }

  /// The next process answers as one without a cache, and leaves one from which that after it answers without
  /// a word, and without writing.
  private func check(_ store: [String], cache: String, truth: [String], _ name: String) throws {
    let arguments = store + ["--cache", cache]
    #expect(try replies(arguments) == truth, "\(name)")
    let before = try files(cache)
    #expect(before.keys.contains { $0.hasSuffix("/manifest") }, "\(name)")
    #expect(before.keys.filter { $0.hasSuffix(".unfinished") } == [], "\(name)")
    #expect(try replies(arguments) == truth, "\(name), again")
    #expect(try files(cache) == before, "\(name), again")
  }

  /// Nanoseconds of a clock that goes on by itself.
  private func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  @Test(arguments: 1...(UInt64(Thoroughness.rounds(1, thorough: 4))))
  func `processes are killed while they make columns`(seed: UInt64)
    throws
  {
    let store = [try manyMonths(0..<300)]
    let truth = try replies(store + ["--no-cache"])
    #expect(truth.count == 9)
    let cache = folder.path("cache")
    let start = now()
    #expect(try replies(store + ["--cache", cache]) == truth)
    let duration = now() - start

    var random = SeededGenerator(seed: seed)
    var killed = 0
    for round in 0..<Thoroughness.rounds(6, thorough: 16) {
      try? FileManager.default.removeItem(atPath: cache)
      let process = try BuiltBinary.start(
        ["serve"] + store + ["--cache", cache], input: manyRequests, in: folder.url)
      // Half of them wherever they are, the others once they write.
      let end = now() + UInt64.random(in: 0..<duration, using: &random)
      if round % 2 == 0 {
        while now() < end { usleep(500) }
      } else {
        while process.isRunning, (FileManager.default.subpaths(atPath: cache) ?? []).count < 4 { usleep(200) }
        usleep(.random(in: 0..<15_000, using: &random))
      }
      if process.endByForce() { killed += 1 }
      try check(store, cache: cache, truth: truth, "round \(round)")
    }
    #expect(killed > 0)
  }

  @Test func `processes are killed while they bring columns up to date`() throws {
    let store = folder.path("store.db")
    let first = try BuiltBinary.run(["import", store, manyMonths(0..<200)])
    #expect(first.exitCode == 0)
    let cache = folder.path("cache")
    try check([store], cache: cache, truth: try replies([store, "--no-cache"]), "at first")
    var random = SeededGenerator(seed: 10)
    for round in 0..<Thoroughness.rounds(2, thorough: 6) {
      let rows = 200 + round * 10
      #expect(try BuiltBinary.run(["import", store, manyMonths(rows..<(rows + 10))]).exitCode == 0)
      let truth = try replies([store, "--no-cache"])
      let process = try BuiltBinary.start(
        ["serve", store, "--cache", cache], input: manyRequests, in: folder.url)
      usleep(.random(in: 0..<60_000, using: &random))
      _ = process.endByForce()
      try check([store], cache: cache, truth: truth, "round \(round)")
    }
  }

  @Test func `several processes begin at the same moment`() throws {
    let store = [try manyMonths(0..<200)]
    let truth = try replies(store + ["--no-cache"])
    let cache = folder.path("cache")
    for round in 0..<Thoroughness.rounds(2, thorough: 4) {
      try? FileManager.default.removeItem(atPath: cache)
      let processes = try (0..<(2 + round % 2)).map { _ in
        try BuiltBinary.start(
          ["serve"] + store + ["--cache", cache], input: manyRequests, in: folder.url)
      }
      for process in processes {
        let outcome = try process.finish()
        #expect(outcome.lines == truth && outcome.errors == "", "round \(round): \(outcome.errors)")
      }
      try check(store, cache: cache, truth: truth, "round \(round)")
    }
  }

  @Test func `the folder is the user's, that of --cache, or none`() throws {
    let csv = try manyMonths(0..<3)
    let store = folder.path("store.db")
    #expect(try BuiltBinary.run(["import", store, csv]).exitCode == 0)
    let truth = try replies([csv, "--no-cache"])
    let own = try files(folder.url.path).keys
    let (home, user, other) = (folder.path("home"), folder.path("user"), folder.path("other"))
    let surroundings = ["XDG_CACHE_HOME": user, "HOME": home]

    func check(_ arguments: [String], _ environment: [String: String], writes path: String?) throws {
      #expect(try replies(arguments, environment: environment) == truth)
      let new = try files(folder.url.path).keys.filter { !own.contains($0) }
      #expect(new.isEmpty == (path == nil), "\(new)")
      guard let path else { return }
      #expect(new.contains { $0.hasPrefix("\(path)/") && $0.hasSuffix("/manifest") }, "\(new)")
      #expect(new.allSatisfy { $0.hasPrefix(path) || path.hasPrefix("\($0)/") }, "\(new)")
      let top = path.split(separator: "/").first ?? ""
      try FileManager.default.removeItem(atPath: folder.path(String(top)))
    }
    #if os(macOS)
      let homeCache = "home/Library/Caches/footfall"
    #else
      let homeCache = "home/.cache/footfall"
    #endif
    try check([csv], surroundings, writes: "user/footfall")
    try check([csv], ["XDG_CACHE_HOME": "relative", "HOME": home], writes: homeCache)
    try check([csv], ["XDG_CACHE_HOME": "", "HOME": home], writes: homeCache)
    try check([csv], ["XDG_CACHE_HOME": "relative", "HOME": ""], writes: nil)
    try check([csv, "--cache", other], surroundings, writes: "other")
    try check(["--cache=other", csv], surroundings, writes: "other")
    try check([store, "--cache", other], surroundings, writes: "other")
    try check([store, "--no-cache", "--cache", other], surroundings, writes: "other")
    for arguments in [[csv, "--no-cache"], [store, "--no-cache"], [csv, "--cache", other, "--no-cache"]] {
      try check(arguments, surroundings, writes: nil)
    }
    #expect(try replies([store], environment: surroundings) == truth)
    #expect(try files(folder.url.path)["store.db-columns/manifest"] != nil)
  }

  @Test(arguments: [0, 1, 4]) func `the cache is deleted under a running worker`(asked: Int) throws {
    let store = [try manyMonths(0..<100)]
    let truth = try replies(store + ["--no-cache"])
    let cache = folder.path("cache")
    try check(store, cache: cache, truth: truth, "at first")
    let worker = try RunningWorker(store + ["--cache", cache])
    var replies: [String] = []
    for (number, request) in Self.requests(["w0", "w1"]).enumerated() {
      if number == asked { try FileManager.default.removeItem(atPath: cache) }
      replies.append(try worker.ask(request))
    }
    #expect(replies == truth)
    #expect(try worker.stop() == 0)
    #expect(worker.errors == "")
    try check(store, cache: cache, truth: truth, "afterwards")
  }

  @Test func `the examples, with and without a cache`() throws {
    let store = folder.path("store.db")
    #expect(try BuiltBinary.run(["import", store] + Self.examples).exitCode == 0)
    let input = try Data(
      contentsOf: BuiltBinary.checkout.appendingPathComponent("examples/requests.ndjson"))
    for store in [Self.examples, [store]] { try checkReplies(store, input) }
  }

  private func checkReplies(_ store: [String], _ input: Data) throws {
    func lines(_ option: [String]) throws -> [String] {
      let outcome = try BuiltBinary.run(["serve"] + store + option, input: input)
      #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
      return outcome.lines.map {
        $0.replacing(/"(createdAt|updatedAt)":"[^"]*"/) { "\"\($0.output.1)\":\"\"" }
      }
    }
    let truth = try lines(["--no-cache"])
    #expect(truth.count == input.split(separator: UInt8(ascii: "\n")).count)
    for _ in 0..<2 { #expect(try lines(["--cache", folder.path("cache")]) == truth) }
  }
}

#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// What the built worker takes of memory: a multiple of the largest message, and no more with the number of them.
  ///
  /// The bounds are generous, since allocators keep what was freed; what grows without end passes them all the same.
  @Suite(.disabled(if: Sanitizer.isOn)) struct MemoryTests {
    private let folder = try? TemporaryFolder()

    private func worker() throws -> RunningWorker {
      let folder = try #require(folder)
      let events = try folder.file("e.csv", "session_id,created_at,url_path\ns,2025-03-01,/\n")
      return try RunningWorker([events])
    }

    private func request(_ params: String, method: String = "reports.utm", id: String = "1") -> String {
      #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
    }

    private static let mebibyte = 1 << 20

    /// Messages of some megabytes that are made to take much.
    private static let rows: [(name: String, unit: String, most: Int)] = [
      ("empty arrays", "[]", 80), ("arrays of a number", "[0]", 60), ("numbers", "0", 80),
      ("objects of a member", #"{"":0}"#, 60), ("empty texts", #""""#, 60),
    ]

    @Test(arguments: rows) func `a message takes a bounded multiple of its size`(
      name: String, unit: String, most: Int
    ) throws {
      let worker = try worker()
      _ = try worker.ask(request("{}", method: "websites.list"))
      let before = try worker.peakBytes()
      let size = 2 * Self.mebibyte
      let params =
        "[" + Array(repeating: unit, count: size / (unit.utf8.count + 1)).joined(separator: ",") + "]"
      #expect(try worker.ask(request(params)).contains("-32602"))
      let taken = try worker.peakBytes() - before
      #expect(taken < most * size, "\(name): \(taken >> 20) MiB")
    }

    @Test func `the thousandth large message takes no more than the tenth`() throws {
      let worker = try worker()
      let text = String(repeating: "x", count: 20_000)
      func askAll(_ rounds: Range<Int>) throws {
        for round in rounds {
          _ = try worker.ask(request("{}", method: "nope\(round)\(text)"))
          _ = try worker.ask(request(#"{"websiteId":"\#(round)\#(text)"}"#))
          _ = try worker.ask(
            request(#"{"timezone":"\#(round)\#(text)","dateRange":{"startDate":1,"endDate":2}}"#))
          _ = try worker.ask(request("{}", method: "websites.list", id: #""\#(round)\#(text)""#))
          _ = try worker.ask("\(round)\(text)")
          _ = try worker.ask(
            #"[{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"\#(round)\#(text)"}},"#
              + request("{}", method: "websites.list") + "]")
        }
      }
      try askAll(0..<10)
      let before = try worker.residentBytes()
      let rounds = Thoroughness.rounds(100, thorough: 1000)
      try askAll(10..<rounds)
      let grown = try worker.residentBytes() - before
      // All that was sent is 12 MB and more.
      #expect(grown < 4 * Self.mebibyte, "\(grown >> 10) KiB more after \(rounds) rounds")
    }

    @Test func `a website with an event takes some kilobytes`() throws {
      let rows = (0..<4000).map { "w\($0),s\($0),2025-03-01,/\n" }
      let events = try #require(folder).file(
        "websites.csv", "website_id,session_id,created_at,url_path\n" + rows.joined())
      let worker = try RunningWorker([events, "--no-cache"])
      #expect(try worker.ask(request("{}", method: "websites.list")).contains(#""w3999""#))
      let taken = try worker.peakBytes() / rows.count
      #expect(taken < 60 << 10, "\(taken >> 10) KiB")
    }

    /// In files, each website and each month takes one; in memory some kilobytes.
    @Test func `a month with an event takes less than that`() throws {
      let rows = (0..<20_000).map { number in
        let (year, month) = (number / 12 + 1000, number % 12 + 1)
        return "s\(number),\(year)-\(month < 10 ? "0" : "")\(month)-01,/\n"
      }
      let events = try #require(folder).file("months.csv", "session_id,created_at,url_path\n" + rows.joined())
      let worker = try RunningWorker([events, "--no-cache"])
      #expect(try worker.ask(request("{}", method: "websites.list")).contains(#""events":20000"#))
      let taken = try worker.peakBytes()
      #expect(taken < 100 * Self.mebibyte, "\(taken >> 20) MiB")
    }

    /// A number for every day and each of the 32 after it would be a gigabyte a thread.
    @Test(.enabled(if: Thoroughness.isFull))
    func `retention over all years takes the memory of those with events`()
      throws
    {
      let rows = [
        "a,0001-01-02", "a,9998-12-01", "b,0000-05-01", "c,2025-03-01", "c,2025-03-02", "d,9999-10-01",
      ]
      let events = try #require(folder).file(
        "years.csv", "session_id,created_at,url_path\n" + rows.map { "\($0),/\n" }.joined())
      let worker = try RunningWorker([events])
      let reply = try worker.ask(
        request(
          #"{"dateRange":{"startDate":"0000-01-01","endDate":"9999-12-31"}}"#, method: "reports.retention"))
      let dates = reply.matches(of: /"date":"(.*?)T/).map { String($0.1) }
      #expect(dates == ["0000-05-01", "0001-01-02", "2025-03-01", "2025-03-01", "9999-10-01"])
      let taken = try worker.peakBytes()
      #expect(taken < 400 * Self.mebibyte, "\(taken >> 20) MiB")
    }

    @Test(.enabled(if: Thoroughness.isFull)) func `saved reports that are kept in memory have a limit`()
      throws
    {
      let worker = try worker()
      let text = String(repeating: "x", count: 4 * Self.mebibyte)
      func save() throws -> String {
        try worker.ask(
          request(#"{"name":"r","type":"utm","parameters":{"x":"\#(text)"}}"#, method: "reports.create"))
      }
      for _ in 0..<15 { #expect(try save().contains(#""id":"#)) }
      #expect(try save().hasSuffix(#""data":{"limit":"savedReports","maximum":67108864}}}"#))
      #expect(try worker.ask(request("{}", method: "websites.list")).contains(#""result""#))
    }
  }
#endif

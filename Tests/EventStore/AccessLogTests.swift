import Calendar
import Testing

@testable import Engine
@testable import EventStore

struct AccessLogTests {
  private let folder: TemporaryFolder

  private static let chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"

  init() throws { folder = try TemporaryFolder() }

  private func line(
    _ address: String = "192.0.2.1", host: String = "", day: String = "10",
    _ request: String = "GET / HTTP/1.1",
    _ status: Int = 200, referrer: String = "-", agent: String = Self.chrome
  ) -> String {
    "\(host)\(address) - - [\(day)/Mar/2026:23:30:00 -0100] \"\(request)\" \(status) 512 \"\(referrer)\" \"\(agent)\""
  }

  private func rows(_ lines: [String], _ change: (inout AccessLogRules) -> Void = { _ in }) throws -> SeenRows
  {
    var rules = ReadingRules()
    rules.accessLogs.visitorKey = "secret"
    change(&rules.accessLogs)
    let path = try folder.write("access.log", lines.map { $0 + "\n" }.joined())
    var seen = try SeenRows(csv: [path], rules: rules)
    seen.diagnostics = seen.diagnostics.map { $0.replacing(folder.path + "/", with: "") }
    return seen
  }

  @Test func `a request for a page is a pageview`() throws {
    let seen = try rows([
      line("192.0.2.1", "GET /a?utm_source=n HTTP/1.1", referrer: "https://www.b.example/x"),
      line("192.0.2.1", host: "shop.example:443 ", "GET //c HTTP/2.0", 304),
      #"192.0.2.9 - bob smith [10/Mar/2026:10:00:00 +0000] "GET /d HTTP/1.0" 200 -"#,
    ])
    #expect(seen.diagnostics == [])
    #expect(seen.events.map(\.createdAt) == [1_773_189_000_000, 1_773_189_000_000, 1_773_136_800_000])
    #expect(
      seen.events.map(\.texts) == [
        [
          "url_path": "/a", "url_query": "utm_source=n", "utm_source": "n", "referrer_domain": "b.example",
          "browser": "chrome", "os": "Windows 10", "device": "desktop",
        ],
        [
          "hostname": "shop.example", "url_path": "/c", "browser": "chrome", "os": "Windows 10",
          "device": "desktop",
        ],
        ["url_path": "/d"],
      ])
    #expect(seen.events.allSatisfy { $0.type == 1 && $0.eventID == "" })
  }

  @Test func `a format of times is one of log lines, too`() throws {
    let path = try folder.write("format.log", line() + "\n")
    for (format, expected) in [("%d/%b/%Y:%H:%M:%S %z", [Int64(1_773_189_000_000)]), ("%Y-%m-%d", [])] {
      var rules = ReadingRules()
      rules.times.format = try TimeFormat(format)
      #expect(try SeenRows(csv: [path], rules: rules).events.map(\.createdAt) == expected)
    }
  }

  @Test func `what other programs put in front of a line is neither a host nor a visitor`() throws {
    let seen = try rows([
      line(), "Mar  5 21:54:42 web1 nginx: \(line())", "2025-03-05T21:54:42.1Z stdout F \(line())",
      "nginx-1  | \(line())",
    ])
    #expect(seen.events.count == 1)
    let expected = "expected an address, '-' and a user before it, found '['"
    #expect(
      seen.diagnostics.count == 3 && seen.diagnostics.allSatisfy { $0.contains(expected) },
      "\(seen.diagnostics)")
  }

  @Test func `a list of addresses is the visitor of its first, and a host may be empty`() throws {
    let seen = try rows([
      line(), line("192.0.2.1, 10.0.0.1"), line("192.0.2.1, 10.0.0.1, 10.0.0.2"),
      line("192.0.2.1", host: "- "),
    ])
    #expect(seen.diagnostics == [])
    #expect(seen.events.map(\.sessionID) == Array(repeating: seen.events[0].sessionID, count: 4))
    #expect(seen.events.allSatisfy { $0.texts["hostname"] == nil })
  }

  @Test func `escapes of servers are decoded`() throws {
    func check(_ target: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let seen = try rows([
        line("192.0.2.1", "GET \(target) HTTP/1.1", referrer: "https://b.example\(target)")
      ])
      #expect(seen.events.map { $0.texts["url_path"] } == [path], sourceLocation: sourceLocation)
      #expect(
        seen.events.map { $0.texts["referrer_domain"] } == ["b.example"], sourceLocation: sourceLocation)
    }
    try check(#"/caf\xC3\xA9"#, "/café")
    try check(#"/\x22a\x5Cb\x5c"#, #"/"a\b\"#)
    try check(#"/\"a\\b"#, #"/"a\b"#)
    try check(#"/a\x0Ab\n\x7F"#, #"/a\x0Ab\n\x7F"#)
    try check(#"/\xC3"#, #"/\xC3"#)
    try check(#"/\xG0\x2"#, #"/\xG0\x2"#)
  }

  @Test func `a visitor is an address and an agent on a day, by a key`() throws {
    let lines = [
      line(), line(), line("192.0.2.2"), line(day: "11"),
      line(agent: "Mozilla/5.0 (X11; Linux) Firefox/120.0"),
    ]
    let ids = try rows(lines).events.map(\.sessionID)
    #expect(ids[0] == ids[1])
    #expect(Set(ids).count == 4)
    #expect(try rows(lines).events.map(\.sessionID) == ids)
    #expect(try rows(lines) { $0.visitorKey = "other" }.events[0].sessionID != ids[0])
    #expect(try rows(lines) { $0.visitorKey = nil }.events[0].sessionID != ids[0])
    #expect(Array(ids[0].utf8).withUnsafeBufferPointer { IdentifierBits(canonical: $0) } != nil)
  }

  @Test func `what is no visit is left out and counted by reason`() throws {
    let lines = [
      line(), line("192.0.2.1", "POST / HTTP/1.1"), line("192.0.2.1", "GET / HTTP/1.1", 404),
      line("192.0.2.1", "GET /a.CSS?v=1 HTTP/1.1"), line("192.0.2.1", "GET /robots.txt HTTP/1.1"),
      line("192.0.2.1", "GET /notes.txt HTTP/1.1"), line(agent: "Googlebot/2.1"), line(agent: "-"),
      line(agent: "curl/8.0"), line("192.0.2.1", #"\x16\x03\x01"#, 400),
    ]
    let seen = try rows(lines)
    #expect(seen.events.map { $0.texts["url_path"] } == ["/", "/notes.txt"])
    #expect(
      seen.diagnostics == [
        "access.log: left out 3 requests of bots (--keep-bots keeps them)",
        "access.log: left out 2 requests of assets (--keep-assets keeps them)",
        "access.log: left out 1 request with other methods than GET",
        "access.log: left out 2 requests with other statuses than 2xx and 304",
      ])
    #expect(
      try rows(lines) { rules in
        rules.keepsBots = true
        rules.keepsAssets = true
      }.events.count == 7)
  }

  @Test func `a line in another form is a bad row`() throws {
    func check(_ bad: String, _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let seen = try rows([line(), bad, line()])
      #expect(seen.diagnostics == ["access.log, line 2: \(sentence)"], sourceLocation: sourceLocation)
      #expect(seen.events.count == 2, sourceLocation: sourceLocation)
    }
    try check(
      "garbage",
      "expected a word of an access log in common or combined form, found the end of the line at byte 7 of the line"
    )
    try check(
      "a - - \"GET\"",
      "expected a word of an access log in common or combined form, found the end of the line at byte 11 of the line"
    )
    try check(
      "a - - [x]",
      "expected a time such as 10/Oct/2000:13:55:36 -0700, found the end of the line at byte 9 of the line")
    try check(
      #"a - - [31/Feb/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1"#,
      "created_at is \"31/Feb/2026:10:00:00 +0000\", which is not a valid time: February 2026 has no day 31; its days are 01 to 28; use 2025-03-05 21:54:42, or seconds or milliseconds since 1970, or describe it with --time-format"
    )
    try check(
      #"a - - [10/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1"#,
      "expected '\"' after it, found the end of the line at byte 50 of the line")
  }

  @Test func `importing a log again adds nothing, whatever the key`() throws {
    let path = try folder.write("access.log", [line(), line(), line("192.0.2.2")].joined(separator: "\n"))
    let store = folder.file("store.db")
    for added in [3, 0] {
      #expect(try importFiles([path], into: store) { _ in }.events.added == added)
    }
  }

  @Test func `agents have the spellings of Umami`() {
    func check(_ agent: String, _ browser: String, _ os: String, _ device: String) {
      let client = Array(agent.utf8).withUnsafeBufferPointer { UserAgent($0) }
      let found = [client.browser, client.os, client.device].map { String(decoding: $0, as: UTF8.self) }
      #expect(found == [browser, os, device])
      #expect(!client.isBot)
    }
    let webKit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
    check(
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(webKit) Version/17.0 Safari/605.1.15", "safari",
      "Mac OS", "desktop")
    check(
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) \(webKit) Version/17.0 Mobile/15E148 Safari/604.1",
      "ios", "iOS", "mobile")
    check(
      "Mozilla/5.0 (Linux; Android 10; K) \(webKit) Chrome/120.0.0.0 Mobile Safari/537.36", "chrome",
      "Android OS", "mobile")
    check(
      "Mozilla/5.0 (Linux; Android 13; SM-X200) \(webKit) SamsungBrowser/23.0 Chrome/115.0 Safari/537.36",
      "samsung", "Android OS", "tablet")
    check(
      "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "firefox", "Linux", "desktop")
    check("\(Self.chrome) Edg/120.0.0.0", "edge-chromium", "Windows 10", "desktop")
    check("\(Self.chrome) OPR/106.0", "opera", "Windows 10", "desktop")
  }
}

import Foundation
import TestSupport
import Testing

/// Every target with inputs of its corpus, as they are and mutated. The seeds are the same every time, so that
/// an input that ends the process does so again.
@Suite(.serialized) struct FuzzTargetTests {
  private static let seeds = Thoroughness.isFull ? 1...20 : 1...1

  @Test func `what a JSON text is read as is written as the same`() throws {
    try check(.json, rounds: 4_000, also: Corpus.requests())
  }

  @Test func `threads that read pieces of a CSV file see what one sees that reads it whole`() throws {
    try check(.csv, rounds: 60, splices: [",\"", "\"\n", "\\N", "2025-03-01 10:00:00", "event_id"])
  }

  @Test func `a text is the same in every encoding and with any line ends`() throws {
    try check(
      .encoding, rounds: 60, also: try Corpus.inputs(of: .csv),
      splices: [
        "\u{FEFF}", "\r\n", "\u{1F600}", "\u{20AC}", "\",\"", "\0", "\u{E4}", "{\"session_id\":\"a\"}",
      ])
  }

  @Test func `a file is the same after compression, and refused if it is cut`() throws {
    try check(
      .compression, rounds: 40, also: try Corpus.inputs(of: .csv), splices: ["session_id,created_at\n", "\0"])
  }

  @Test func `threads that read pieces of GoatCounter's export see what one sees that reads it whole`() throws
  {
    try check(
      .goatCounter, rounds: 60,
      splices: [",true,", ",false,", "\"1920,1080,1\"", ",h,", "US-CA", "2026-03-10T09:30:00Z", "\"", "\n"])
  }

  @Test func `threads that read pieces of lines of JSON see what one sees that reads them whole`() throws {
    try check(.jsonLines, rounds: 60, splices: ["\"data\":{", "\\u0041", "}\n{", "1e5", "[[", "null"])
  }

  @Test func `threads that read pieces of an access log see what one sees that reads it whole`() throws {
    try check(
      .accessLog, rounds: 60, splices: ["\"GET / HTTP/1.1\"", "\" 200 ", " [", "\\\"", "Googlebot", "\n"])
  }

  @Test func `threads that read pieces of a dump see what one sees that reads it whole`() throws {
    try check(
      .dump, rounds: 60,
      splices: [
        "\\N", "\\.\n", "COPY website_event (session_id, created_at) FROM stdin;\n", "),(", "');\n", "'",
        "\\", "0x41",
      ])
  }

  @Test func `each line has the reply that it is due`() throws {
    try check(.request, rounds: 1_000, also: Corpus.requests(), splices: requestSplices)
  }

  @Test func `arguments of a report are refused in a sentence, or shown in whole lines`() throws {
    try check(.report, rounds: 300, splices: reportSplices)
  }

  @Test func `a stream is the same messages wherever it is cut`() throws {
    try check(.stream, rounds: 400, splices: ["Content-Length: 2", "content-type: x", "\r\n\r\n", "[]"])
  }

  @Test func `a time zone file is refused, or its local times lead back`() throws {
    let zones = ["Europe/Berlin", "Africa/Casablanca", "America/Nuuk", "Asia/Kolkata"].map {
      URL(filePath: "/usr/share/zoneinfo/\($0)")
    }
    try check(
      .timeZone, rounds: 300, also: zones.map { Array(try Data(contentsOf: $0)) },
      splices: ["\nEET-2EEST,M3.5.0/3,M10.5.0/4\n", "<+0330>-3:30", "J60/-5", "TZif2"])
  }

  @Test func `a regular expression says the same however it is put into others`() throws {
    try check(
      .regularExpression, rounds: 500,
      splices: ["(?:", "(?=", "(?<!", "(?i)", ")*", "|", "{2,}", "\\b", "\\1", "[^", "^", "$", "\\u{10FFFF}"])
  }

  @Test func `whatever is in a cache with right checksums, each request is answered`() throws {
    try check(.cache, rounds: 40)
  }

  private func check(
    _ target: FuzzTarget, rounds: Int, also seeds: [[UInt8]] = [], splices: [String] = []
  ) throws {
    let corpus = try Corpus.inputs(of: target)
    let checkInput = try target.prepare()
    for input in corpus + seeds { check(input, checkInput, "unchanged") }
    for seed in Self.seeds {
      var mutator = Mutator(corpus + seeds, splices: splices, seed: UInt64(seed))
      for round in 0..<rounds { check(mutator.next(), checkInput, "seed \(seed), round \(round)") }
    }
  }

  private func check(
    _ input: [UInt8], _ checkInput: ([UInt8]) throws(Violation) -> Void, _ place: String
  ) {
    do throws(Violation) { try checkInput(input) } catch {
      Issue.record("\(place): \(error); input in base 64: \(Data(input).base64EncodedString())")
    }
  }
}

/// What means something on the command line, and what is at an edge of it.
private let reportSplices = [
  "\n--during\n9999\n", "\n--during\n0000-01-01\n", "\n--from\n9999-12-31\n", "\n--to\n0000\n",
  "\n--from\n10000y\n",
  "\n--timezone\nAsia/Tokyo\n", "\n--timezone\nAmerica/New_York\n", "\n--timezone\nPacific/Apia\n",
  "\n--window\n1e308\n", "\n--window\n1e308d\n", "\n--window\n1e-320\n", "=1e-18", "=1e308", "=-1e308",
  "=5e-324", "=0",
  "=" + String(repeating: "9", count: 400), "\n--goal\nurl:*=1\n", "\n--goal\ncount:buy:x=1e-18\n",
  "\n--step\nurl:*\n",
  "\n--step\nevent:buy\n", "\n--filter\nurl=@x\n", "\n--filter\nurl=~(a*)*\\1b\n", "\n--unit\nminute\n",
  "\n--unit\nyear\n",
  "\n--steps\n7\n", "2011-12-30", "1970-01-01", "\u{1B}[31m", "e\u{301}", "世界",
]

/// What means something in a request.
let requestSplices = [
  #""id":7,"#, #""id":1.50,"#, #""id":null,"#, #""jsonrpc":"2.0","#, #""format":"csv","#,
  #""workDoneToken":"t","#,
  #""params":{},"#, #""websiteId":"b","#, #""timezone":"Africa/Casablanca","#, #""unit":"minute","#,
  #"{"name":"path","operator":"re","value":"^/(a|b)*$"},"#, #"{"type":"url","value":"/*"},"#,
  "reports.funnel",
  "POST /api/reports/insights", "tools/call", "notifications/cancelled", "2025-03-26", "9999-12-31",
  "1970-01-01",
]

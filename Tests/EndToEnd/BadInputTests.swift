import Foundation
import JSON
import TestSupport
import Testing

/// Whatever a line holds, it gets its documented error, and the next line is answered.
@Suite struct BadInputTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let line: String
    let code: Int64
    /// A part of the message.
    let says: String
    var testDescription: String { name }

    init(_ name: String, _ line: String, _ code: Int64, _ says: String) {
      (self.name, self.line, self.code, self.says) = (name, line, code, says)
    }
  }

  private static let range = #""dateRange":{"startDate":"2026-03-01","endDate":"2026-03-31"}"#

  static let rows: [Row] = [
    Row("not JSON", "hello", -32700, "expected"),
    Row("a cut object", #"{"method":"#, -32700, "end of the text"),
    Row("bytes that are no UTF-8", "\"\u{1}\"", -32700, "control character"),
    Row("a wrong version", #"{"jsonrpc":"1.0","id":1,"method":"websites.list"}"#, -32600, "2.0"),
    Row("no version beside params", #"{"id":1,"method":"websites.list","params":{}}"#, -32600, "jsonrpc"),
    Row("no method", #"{"jsonrpc":"2.0","id":1}"#, -32600, "method"),
    Row("an empty batch", "[]", -32600, "Invalid Request"),
    Row(
      "params by position", #"{"jsonrpc":"2.0","id":1,"method":"websites.list","params":[1]}"#, -32602,
      "object"),
    Row("an unknown method", #"{"method":"reports.funel"}"#, -32601, #"did you mean "reports.funnel"?"#),
    Row(
      "an unknown endpoint", #"{"method":"POST /api/report/utm"}"#, -32601,
      #"did you mean "POST /api/reports/utm"?"#),
    Row("a missing member", #"{"method":"reports.utm"}"#, -32602, #"must have the member "dateRange""#),
    Row("a wrong type", #"{"method":"reports.journey",\#(range),"steps":"3"}"#, -32602, "/steps must be"),
    Row(
      "a number out of its range", #"{"method":"reports.journey",\#(range),"steps":21}"#, -32602, "at most 20"
    ),
    Row(
      "an unknown field", #"{"method":"reports.insights",\#(range),"fields":[{"name":"colour"}]}"#, -32602,
      "/fields/0/name must be one of"),
    Row(
      "an unknown website", #"{"method":"reports.utm","websiteId":"nope",\#(range)}"#, 1, "Unknown website"),
    Row("an unknown report", #"{"method":"reports.get","reportId":"nope"}"#, 2, "Unknown report"),
    Row(
      "an end before its start", #"{"method":"reports.utm","dateRange":{"startDate":2,"endDate":1}}"#, -32602,
      "must not be before startDate"),
    Row(
      "a date that does not exist",
      #"{"method":"reports.utm","dateRange":{"startDate":"2025-02-30","endDate":1}}"#, -32602,
      "is not a valid date"),
    Row(
      "an unknown zone", #"{"method":"reports.utm","timezone":"Europe/Berlinn",\#(range)}"#, -32602,
      #"did you mean "Europe/Berlin"?"#),
    Row(
      "a bad regular expression",
      #"{"method":"reports.utm",\#(range),"filters":[{"name":"url","operator":"re","value":"("}]}"#, -32602,
      "is not a regular expression"),
    Row(
      "a filter without its value",
      #"{"method":"reports.utm",\#(range),"filters":[{"name":"url","operator":"eq"}]}"#, -32602,
      #"must have the member "value""#),
    Row(
      "two wrong members",
      #"{"method":"reports.utm","timezone":"X","dateRange":{"startDate":"x","endDate":"y"}}"#, -32602,
      "(and 2 more)"),
    Row("a string of a lone surrogate", #"{"method":"\ud800"}"#, -32700, "surrogate"),
    Row("deep nesting", String(repeating: "[", count: 129) + String(repeating: "]", count: 129), 4, "128"),
    Row("very deep nesting", String(repeating: #"{"a":"#, count: 100_000), 4, "128"),
  ]

  private func replies(_ input: Data) throws -> [JSONValue] {
    let events = BuiltBinary.checkout.appendingPathComponent("examples/website_event.csv").path
    let outcome = try BuiltBinary.run(["serve", events], input: input)
    #expect(outcome.exitCode == 0)
    return try outcome.lines.map { try JSONValue(parsing: Array($0.utf8), maximumDepth: 32) }
  }

  @Test func `each bad line gets its error and the next line is answered`() throws {
    let good = #"{"jsonrpc":"2.0","id":"good","method":"websites.list"}"#
    let replies = try replies(Data(Self.rows.map { "\($0.line)\n\(good)\n" }.joined().utf8))
    try #require(replies.count == 2 * Self.rows.count)
    for (index, row) in Self.rows.enumerated() {
      let error = replies[2 * index]["error"]
      #expect(error?["code"] == .integer(row.code), "\(row.name): \(replies[2 * index])")
      let message = error?["message"]?.string ?? ""
      #expect(message.contains(row.says), "\(row.name): \(message)")
      #expect(
        replies[2 * index + 1]["id"] == "good" && replies[2 * index + 1]["result"] != nil, "\(row.name)")
    }
  }

  @Test func `params that are wrong are all listed, in the basic output form`() throws {
    let line = #"{"method":"reports.utm","timezone":"X","dateRange":{"startDate":"x","endDate":"y"}}"# + "\n"
    let errors = try #require(try replies(Data(line.utf8))[0]["error"]?["data"]?["errors"]?.array)
    #expect(
      errors.map { $0["instanceLocation"] } == ["/dateRange/startDate", "/dateRange/endDate", "/timezone"])
    #expect(errors.allSatisfy { $0["keywordLocation"]?.string != nil && $0["error"]?.string != nil })
  }

  @Test func `a line of 70 megabytes is refused and the next one answered`() throws {
    var input = Data(#"{"method":""#.utf8)
    input.append(Data(repeating: UInt8(ascii: "x"), count: 70_000_000))
    input.append(Data("\"}\n{\"method\":\"websites.list\"}\n".utf8))
    let replies = try replies(input)
    try #require(replies.count == 2)
    #expect(replies[0]["error"]?["code"] == 4)
    #expect(replies[0]["error"]?["data"]?["limit"] == "line")
    #expect(replies[1]["result"] != nil)
  }

  @Test func `bytes that are no UTF-8 are refused with their position`() throws {
    let replies = try replies(Data([0x22, 0xFF, 0x22, 0x0A]))
    #expect(replies.map { $0["error"]?["code"] } == [-32700])
    #expect(replies[0]["error"]?["data"]?["offset"] == 1)
  }

  @Test func `blank lines and notifications get no reply, and a last line needs no end`() throws {
    let input =
      "\n  \n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"websites.list\"}\n{\"id\":7,\"method\":\"websites.list\"}"
    #expect(try replies(Data(input.utf8)).map { $0["id"] } == [7])
  }
}

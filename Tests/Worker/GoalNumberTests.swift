import JSON
import Testing

@testable import Worker

/// The targets of goals, which are returned exactly.
@Suite struct GoalNumberTests {
  private let worker: TestWorker

  init() throws { worker = try TestWorker() }

  private func reply(_ goal: String) throws -> JSONValue {
    let params =
      #"{"dateRange":{"startDate":"2025-03-01","endDate":"2025-03-31"},"goals":[{"type":"url","value":"/","goal":\#(goal)}]}"#
    return worker.ask("reports.goals", try JSONValue(parsing: params))
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", "9223372036854775808"), ("-9223372036854775808", "-9223372036854775808"),
    ("-9223372036854775809", "-9223372036854775809"), ("18446744073709551616", "18446744073709551616"),
    ("9007199254740993", "9007199254740993"), ("0.1", "0.1"),
    ("922337203685477.5807", "922337203685477.5807"),
    ("123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"),
    ("00000000000000000000000000000000000000007", "7"), ("007.50", "7.5"), ("000", "0"), ("0.0000", "0"),
    ("09223372036854775807", "9223372036854775807"), ("-00.5", "-0.5"), ("1000.10", "1000.1"),
  ])
  func `a target is returned exactly, sent as a number or as a string`(goal: String, number: String) throws {
    #expect(try reply("\"\(goal)\"")[at: 0]?["goal"]?.description == number)
    guard (try? JSONValue(parsing: goal)) != nil else { return }
    #expect(try reply(goal)[at: 0]?["goal"]?.description == number)
  }

  @Test(arguments: [
    String(repeating: "9", count: 40), String(repeating: "9", count: 400),
    String(repeating: "9", count: 1_000_000),
    "0." + String(repeating: "1", count: 400), "1" + String(repeating: "0", count: 400),
    "1" + String(repeating: "0", count: 500) + ".5",
  ])
  func `a target with too many digits is rejected`(goal: String) throws {
    let error = try reply("\"\(goal)\"")
    #expect(error["code"] == -32602)
    #expect(error["data"]?["errors"]?[at: 0]?["instanceLocation"] == "/goals/0/goal")
    #expect(
      error["message"]
        == "Invalid params: /goals/0/goal must be a number of at most 38 digits"
    )
    if (try? JSONValue(parsing: goal)) != nil { #expect(try reply(goal)["code"] == -32602) }
    // As CSV, and saved.
    #expect(try reply("\"1\"")[at: 0]?["goal"] == 1)
  }
}

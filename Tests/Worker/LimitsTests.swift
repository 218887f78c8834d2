import JSON
import JSONRPC
import JSONSchema
import Testing

@testable import Worker

/// Limits that the tests of the methods do not reach. Those of messages and replies are tested with the server.
@Suite struct LimitsTests {
  @Test func `the events of one append have a limit`() {
    func errors(_ count: Int) -> [String] {
      let params: JSONValue = ["partial": true, "events": .array(Array(repeating: [:], count: count))]
      return SchemaCache().params(of: "events.append").validate(params).map(\.keywordLocation)
    }
    #expect(errors(Limits.appendedEvents) == [])
    #expect(errors(Limits.appendedEvents + 1) == ["/properties/events/maxItems"])
  }

  @Test func `the server is given the limits of messages`() {
    #expect(Limits.messages.maximumMessageBytes == Limits.messageBytes)
    #expect(Limits.messages.maximumHeaderBytes == Limits.headerBytes)
    #expect(Limits.messages.maximumNesting == Limits.nesting)
    #expect(Limits.messages.maximumBatch == Limits.batch)
    #expect(Limits.messages.maximumValues == Limits.values)
    #expect(Limits.messages.maximumReplyBytes == Limits.replyBytes)
  }

  @Test func `text as CSV has a limit`() throws {
    let table = ResultTable(
      ["a": 1, "b": "x"],
      schema: ResultSchema(of: try MethodTable().match("websites.list").method, SchemaCache()))
    let text = try #require(csvText(table))
    #expect(csvText(table, maximumBytes: text.utf8.count) == text)
    #expect(csvText(table, maximumBytes: text.utf8.count - 1) == nil)
  }

  @Test func `a regular expression that takes too long is an error that names the filter`() throws {
    // A column of one long text, so that its size does not give many steps.
    let text = String(repeating: "a", count: 200)
    let worker = try TestWorker(
      """
      session_id,created_at,url_path
      s,2025-03-01 10:00:00,/\(text)

      """)
    func ask(_ pattern: String) -> JSONValue {
      worker.ask(
        "reports.goals",
        [
          "dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-02"],
          "filters": [
            ["name": "url", "operator": "s"], ["name": "path", "operator": "nre", "value": .string(pattern)],
          ],
          "goals": [["type": "url", "value": "*", "goal": 1]],
        ])
    }
    let error = ask(#"(a*)*\1[bc]"#)
    #expect(error["code"] == -32602)
    #expect(
      error["message"]?.string?.hasPrefix(
        #"Invalid params: /filters/1/value filter "path": expected a regular expression that takes at most "#)
        == true)
    #expect(error["data"]?["errors"]?.array?.first?["instanceLocation"] == "/filters/1/value")
    #expect(ask("(a+)+$").array?.first?["result"] == 0)
  }
}

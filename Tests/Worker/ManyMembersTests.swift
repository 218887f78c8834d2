import JSON
import JSONRPC
import JSONSchema
import TestSupport
import Testing

@testable import Worker

/// Requests with very many members, most of them unknown.
@Suite struct ManyMembersTests {
  private let worker: TestWorker

  init() throws { worker = try TestWorker() }

  private static let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]

  private func members(_ count: Int, _ name: String = "m") -> JSONObject {
    var object = JSONObject()
    for index in 0..<count { object.append("\(name)\(index)", .integer(Int64(index))) }
    return object
  }

  private func goal(_ count: Int, _ name: String = "m") -> JSONValue {
    var goal: JSONObject = ["type": "url", "value": "*", "goal": 1]
    goal.merge(members(count, name))
    return .object(goal)
  }

  @Test func `goals with many members become a table of as many columns`() {
    let reply = worker.ask(
      "reports.goals",
      ["format": "csv", "dateRange": Self.range, "goals": [goal(20_000), goal(20_000, "n")]])
    let lines = reply["text"]?.string?.split(separator: "\r\n") ?? []
    #expect(lines.count == 3)
    for line in lines { #expect(line.utf8.count { $0 == UInt8(ascii: ",") } == 40_003) }
    #expect(lines[0].hasPrefix("type,value,goal,result,m0,m1,") && lines[2].hasSuffix(",19998,19999"))
  }

  @Test func `a table with more cells than a reply may have bytes is rejected before it is built`() {
    let goals = (0..<256).map { goal(2_000, "g\($0)-") }
    let reply = worker.ask(
      "reports.goals", ["format": "csv", "dateRange": Self.range, "goals": .array(goals)])
    #expect(reply["code"] == 4 && reply["data"]?["limit"] == "reply")
  }

  @Test func `writing a table checks for cancellation`() throws {
    var asked = 0
    let rows = JSONValue.array(Array(repeating: ["id": 1], count: 1_000))
    let table = ResultTable(
      rows, schema: ResultSchema(of: try MethodTable().match("websites.list").method, SchemaCache()))
    let text = csvText(table) {
      asked += 1
      return asked == 10
    }
    #expect(text == nil && asked == 10)
  }

  private func call(_ tool: String, _ arguments: JSONObject) -> String {
    let reply = worker.ask(
      Request(
        id: .integer(1), method: "tools/call",
        params: [
          "name": .string(tool), "arguments": .object(arguments),
          "_meta": [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
          ],
        ]))
    #expect(reply?["isError"] == true)
    return reply?["content"]?[at: 0]?["text"]?.string ?? ""
  }

  @Test func `unknown arguments of a tool are named up to a limit, the others are counted`() {
    for (count, more) in [
      (1, 0), (Limits.reportedArguments, 0), (Limits.reportedArguments + 1, 1), (30_000, 29_980),
    ] {
      let lines = call("list_saved_reports", members(count)).split(separator: "\n")
      #expect(lines.count == 1 + min(count, Limits.reportedArguments) + (more > 0 ? 1 : 0))
      if more > 0 {
        #expect(lines.last == "- arguments have \(more) more unknown members")
      }
    }
  }

  private func check(_ growth: Growth) { #expect(growth.isLinear, "\(growth)") }

  @Test func `replacing parameters takes linear time`() {
    check(
      Growth.ofThreadTime(4_000, make: { (members($0, "saved"), members($0, "sent")) }) { saved, sent in
        var merged = saved
        merged.merge(sent)
        #expect(merged.count == saved.count + sent.count)
      })
  }

  @Test func `building a table takes time linear in its columns`() throws {
    let schema = ResultSchema(of: .goals, SchemaCache())
    check(
      Growth.ofThreadTime(4_000, make: { JSONValue.array([goal($0), goal($0, "n")]) }) { result in
        #expect(csvText(ResultTable(result, schema: schema)) != nil)
      })
  }

  @Test func `building errors takes linear time`() throws {
    let schema = SchemaCache().params(of: "reports.utm")
    check(
      Growth.ofThreadTime(
        4_000,
        make: { count -> JSONValue in
          ["dateRange": Self.range, "filters": .array(Array(repeating: 1, count: count))]
        }
      ) { params in
        #expect(!schema.validate(params).isEmpty)
      })
  }

  @Test func `checking arguments takes linear time`() {
    check(
      Growth.ofThreadTime(4_000, make: { members($0) }) { arguments in
        _ = call("funnel_report", arguments)
      })
  }

  @Test func `errors suggest a correction and are short`() {
    // A name of any length has a nearest one as soon as a short one.
    let long = String(repeating: "reports.funel", count: 100_000)
    #expect(worker.ask(long)["code"] == -32601)
    #expect(worker.ask("reports.funel", [:])["data"] == ["nearest": "reports.funnel"])
  }
}

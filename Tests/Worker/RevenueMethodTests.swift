import JSON
import Testing

@testable import Worker

@Suite struct RevenueMethodTests {
  private let worker: TestWorker
  private static let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31", "unit": "week"]

  init() throws { worker = try TestWorker() }

  private func ask(_ members: JSONObject) -> JSONValue {
    var params: JSONObject = ["dateRange": Self.range, "currency": "EUR"]
    params.merge(members)
    return worker.ask("reports.revenue", .object(params))
  }

  @Test func `a chart of all events has every unit of the range, with nothing in it`() {
    let chart = ask(["chart": "total"])["chart"]?.array ?? []
    #expect(chart.map { $0["t"] ?? .null }.first == "2025-02-24T00:00:00Z" && chart.count == 6)
    #expect(chart.allSatisfy { $0["y"] == 0 && $0["count"] == 0 && $0["x"] == "" })
    #expect(ask([:])["chart"] == [])
  }

  @Test func `averages of nothing are null, sums are 0`() {
    let total = ask(["metrics": true])["total"] ?? .null
    #expect(total["average"] == .null && total["perPayer"] == .null && total["gross"] == 0)
    #expect(total["refunds"] == 0 && total["visitors"] == 1 && total["perVisitor"] == 0)
  }

  @Test(
    arguments: [
      (["rest": true], "\"by\""), (["limit": 3], "\"by\""),
      (["by": [["name": "exit"]]], "/by/0/name"),
      (["by": [["name": "country"], ["name": "property:plan", "at": "visit"]]], "/by/1/at"),
      (["by": [["name": "property:"]]], "/by/0/name"),
      (["by": [["name": "country", "at": "first"]]], "/by/0/at"),
      (["chart": "all"], "/chart"), (["by": [["name": "country"]], "limit": 0], "/limit"),
    ] as [(JSONObject, String)])
  func `what cannot be is refused, with its place`(members: JSONObject, place: String) {
    let error = ask(members)
    #expect(error["code"] == -32602 && error["message"]?.string?.contains(place) == true, "\(error)")
  }

  @Test func `a tool cuts the lists of revenue, with a breakdown and without`() {
    for by: JSONValue in [[], [["name": "url"]]] {
      let reply = worker.ask(
        "tools/call",
        [
          "name": "revenue_report",
          "arguments": ["dateRange": "2025-03", "currency": "EUR", "limit": 1, "by": by],
          "_meta": [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
          ],
        ])
      #expect(reply["isError"] == false, "\(reply)")
    }
  }
}

import JSON
import Testing

@testable import Worker

@Suite struct AttributionCreditMethodTests {
  private let worker: TestWorker

  init() throws { worker = try TestWorker() }

  private func ask(_ members: JSONObject) -> JSONValue {
    var params: JSONObject = [
      "dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-31"], "steps": [["type": "every"]],
    ]
    params.merge(members)
    return worker.ask("reports.attribution", .object(params))
  }

  @Test func `each name has the credit by each model, and each value its total`() {
    let result = ask(["models": ["last", "linear"], "by": ["channel", "country"], "rest": true])
    let credit = result["credit"]?.array ?? []
    #expect(credit.map { $0["by"] ?? .null } == ["channel", "country"])
    for by in credit {
      #expect(by["total"] == ["conversions": 1] && by["unattributed"] == ["conversions": 0])
      let row = by["rows"]?.array?.first
      #expect(row?["last"] == ["conversions": 1] && row?["linear"] == ["conversions": 1])
      #expect(row?["visitors"] == 1 && row?["assisted"] == 0 && by["rest"] == nil)
    }
    #expect(result["total"]?["visitors"] == 1)
  }

  @Test func `with a currency credits have a value, and an empty one is none`() {
    let money = ask(["models": ["last"], "currency": "EUR"])["credit"]?.array?.first
    #expect(money?["total"] == ["conversions": 0, "value": 0] && money?["rows"] == [])
    #expect(ask(["models": ["last"], "currency": ""]) == ask(["models": ["last"]]))
  }

  @Test func `models that are named twice, no values and null members are as if they were not`() {
    let plain = ask(["models": ["last"]])
    #expect(ask(["models": ["last", "last"], "by": [], "lookback": nil, "weights": nil]) == plain)
    #expect(ask(["models": ["last"], "limit": 10_000, "lookback": .double(1e300)]) == plain)
  }

  @Test func `a comparison has the credits of both ranges`() {
    let result = ask(["models": ["last"], "compare": ["mode": "previous"]])
    #expect(result["result"]?["credit"] != nil && result["comparison"]?["credit"] != nil)
  }

  @Test(
    arguments: [
      (["models": ["last"], "model": "lastClick"], ["/model", "models"]),
      (["models": ["last"], "weights": [1, 1, 1]], ["/weights", "position"]),
      (["models": ["last"], "halfLife": 7], ["/halfLife", "timeDecay"]),
      (["models": ["position"], "weights": [0, 0, 0]], ["/weights", "at least 1"]),
      (["models": ["position"], "weights": [1, 2]], ["/weights"]),
      (["models": ["position"], "weights": [1, 2, 1_000_001]], ["/weights/2"]),
      (["models": ["timeDecay"], "halfLife": 0], ["/halfLife"]),
      (["models": ["last"], "lookback": 0], ["/lookback"]),
      (["models": ["last"], "by": ["property:plan"]], ["/by/0", "channel"]),
      (["models": ["last"], "by": ["country", "exit"]], ["/by/1"]),
      (["models": ["luck"]], ["/models/0"]), (["models": []], ["/models"]),
      (["models": ["last"], "limit": 0], ["/limit"]),
      (["models": ["last"], "conversions": "some"], ["/conversions"]),
      (["model": "lastClick", "conversions": "last"], ["conversions", "\"models\""]),
      (["model": "lastClick", "lookback": 1], ["lookback", "\"models\""]),
      (["model": "lastClick", "by": ["channel"]], ["by", "\"models\""]),
      (["model": "lastClick", "limit": 1], ["limit", "\"models\""]),
      (["model": "lastClick", "rest": true], ["rest", "\"models\""]),
      (["model": "lastClick", "weights": [1, 1, 1]], ["weights", "\"models\""]),
      (["model": "lastClick", "halfLife": 1], ["halfLife", "\"models\""]),
      (["model": "lastClick", "steps": [["type": "every"], ["type": "custom"]]], ["/steps"]),
      ([:], ["model"]),
    ] as [(JSONObject, [String])])
  func `what cannot be is refused, with both members`(members: JSONObject, names: [String]) {
    let error = ask(members)
    let message = error["message"]?.string ?? ""
    #expect(error["code"] == -32602, "\(error)")
    for name in names { #expect(message.contains(name), "\(message)") }
  }

  @Test func `a tool cuts the lists of credit, and asks for no limit without models`() {
    for members: JSONObject in [["models": ["last"]], ["model": "lastClick"]] {
      var arguments: JSONObject = ["dateRange": "2025-03", "limit": 1, "steps": [["type": "every"]]]
      arguments.merge(members)
      let reply = worker.ask(
        "tools/call",
        [
          "name": "attribution_report", "arguments": .object(arguments),
          "_meta": [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
          ],
        ])
      #expect(reply["isError"] == false, "\(reply)")
    }
  }
}

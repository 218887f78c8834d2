import JSON
import Testing

@testable import Worker

/// `reports.goals` with options.
@Suite struct GoalsMethodTests {
  private func ask(_ members: String) throws -> JSONValue {
    let range = #""dateRange":{"startDate":"2025-03-01","endDate":"2025-03-02"}"#
    return try TestWorker().ask("reports.goals", try JSONValue(parsing: "{\(range),\(members)}"))
  }

  private static let goal = #""goals":[{"type":"pageview","value":"/x","goal":1}]"#

  @Test func `a goal has the members that are asked for, in this order`() throws {
    let by = #""by":{"name":"path","rest":true}"#
    #expect(
      try ask("\(Self.goal),\"metrics\":true,\"trend\":{\"unit\":\"day\"},\(by)").description
        == #"[{"type":"pageview","value":"/x","goal":1,"result":1,"visitors":1,"visits":1,"rate":1,"visitRate":1,"#
        + #""trend":[{"t":"2025-03-01T00:00:00Z","result":1,"visitors":1,"complete":true},"#
        + #"{"t":"2025-03-02T00:00:00Z","result":0,"visitors":0,"complete":true}],"#
        + #""by":[{"value":"/","result":1,"visitors":1,"total":1,"rate":1}]}]"#)
    #expect(
      try ask("\(Self.goal),\"metrics\":false").description
        == #"[{"type":"pageview","value":"/x","goal":1,"result":1}]"#)
  }

  @Test func `rates of nothing are null`() throws {
    let filter = #""filters":[{"name":"url","operator":"eq","value":"nothing"}]"#
    let goal = try ask("\(Self.goal),\"metrics\":true,\(filter)")[at: 0]
    #expect(goal?["visitors"] == 0 && goal?["rate"] == .null && goal?["visitRate"] == .null)
  }

  private static let data =
    #""goals":[{"type":"event-data","value":"a","property":"b","operator":"median","goal":1}]"#

  @Test(arguments: [
    (goal + #","trend":{}"#, "/trend"), (goal + #","trend":{"unit":"decade"}"#, "/trend/unit"),
    (goal + #","by":{}"#, "/by"), (goal + #","by":{"name":"property:plan"}"#, "/by/name"),
    (goal + #","by":{"name":"exit"}"#, "/by/name"), (goal + #","by":{"name":"url","limit":0}"#, "/by/limit"),
    (goal + #","by":{"name":"url","limit":1001}"#, "/by/limit"), (data + #","by":{"name":"url"}"#, "/by"),
    (goal + #","metrics":1"#, "/metrics"),
    (#""goals":[{"type":"every","value":"/","goal":1}]"#, "/goals/0"),
    (
      #""goals":[{"type":"event-data","value":"a","property":"b","operator":"mode","goal":1}]"#,
      "/goals/0/operator"
    ),
  ]) func `what excludes each other, and what is out of bounds, is refused where it is`(
    members: String, location: String
  ) throws {
    let error = try ask(members)
    #expect(error["code"] == -32602, "\(members)")
    #expect(error["data"]?["errors"]?[at: 0]?["instanceLocation"]?.string == location, "\(error)")
  }

  @Test(arguments: [(3_125, true), (3_126, false)]) func `the points of all trends have a limit`(
    hours: Int, isAccepted: Bool
  ) throws {
    // 64 goals.
    let goals = JSONValue.array(Array(repeating: ["type": "every", "goal": 1], count: 64))
    let reply = try TestWorker().ask(
      "reports.goals",
      [
        "dateRange": [
          "startDate": "2025-03-01", "endDate": .integer(1_740_787_200_000 + Int64(hours) * 3_600_000 - 1),
        ],
        "goals": goals, "trend": ["unit": "hour"],
      ])
    #expect((64 * hours <= Limits.seriesPoints) == isAccepted)
    #expect(reply[at: 63]?["trend"]?.array?.count == (isAccepted ? hours : nil))
    if !isAccepted {
      #expect(reply["data"]?["errors"]?[at: 0]?["instanceLocation"] == "/trend/unit", "\(reply)")
    }
  }

  @Test func `as CSV, each point of a trend and each value has a row`() throws {
    func csv(_ members: String) throws -> [String] {
      csvText(ResultTable(try ask(members), schema: ResultSchema(of: .goals, SchemaCache())))?
        .split(separator: "\r\n").map(String.init) ?? []
    }
    #expect(
      try csv("\(Self.goal),\"trend\":{\"unit\":\"day\"},\"by\":{\"name\":\"path\"}") == [
        "type,value,goal,result,trend.t,trend.result,trend.visitors,trend.complete,by.value,by.result,by.visitors,by.total,by.rate",
        "pageview,/x,1,1,2025-03-01T00:00:00Z,1,1,true,,,,,",
        "pageview,/x,1,1,2025-03-02T00:00:00Z,0,0,true,,,,,", "pageview,/x,1,1,,,,,/,1,1,1,1",
      ])
    #expect(
      try csv(#""goals":[{"type":"every","goal":1}],"by":{"name":"path"},"filters":[{"any":[]}]"#) == [
        "type,value,goal,result", "every,,1,0",
      ])
  }
}

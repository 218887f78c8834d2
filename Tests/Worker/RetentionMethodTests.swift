import JSON
import Testing

@testable import Worker

/// `reports.retention` with options.
@Suite struct RetentionMethodTests {
  private static let range = #""dateRange":{"startDate":"2025-03-01","endDate":"2025-03-02"}"#

  private func ask(_ members: String, _ events: String = TestWorker.oneWebsite) throws -> JSONValue {
    let params = "{\(Self.range)\(members.isEmpty ? "" : ",")\(members)}"
    return try TestWorker(events).ask("reports.retention", try JSONValue(parsing: params))
  }

  @Test(arguments: [
    "", #""unit":"day""#, #""periods":31"#, #""start":{"type":"every"}"#, #""return":{"type":"every"}"#,
    #""cohort":"first","criterion":"on""#, #""dense":false,"total":false"#,
  ]) func `options that change nothing give the rows without options`(members: String) throws {
    #expect(
      try ask(members).description
        == #"[{"date":"2025-03-01T00:00:00Z","day":0,"visitors":1,"returnVisitors":1,"percentage":100}]"#)
  }

  @Test func `with total or breakdown, the rows are a member`() throws {
    #expect(
      try ask(#""unit":"week","dense":true,"total":true,"breakdown":{"name":"path","at":"visit"}"#)
        .description
        == #"{"rows":[{"date":"2025-02-24T00:00:00Z","period":0,"visitors":1,"returnVisitors":1,"percentage":100,"complete":false}],"#
        + #""total":[],"breakdown":[{"value":"/","rows":[{"date":"2025-02-24T00:00:00Z","period":0,"visitors":1,"returnVisitors":1,"percentage":100,"complete":false}]}]}"#
    )
  }

  @Test(arguments: [
    (#""unit":"minute""#, "/unit"), (#""periods":0"#, "/periods"), (#""periods":401"#, "/periods"),
    (#""cohort":"last""#, "/cohort"), (#""criterion":"after""#, "/criterion"), (#""dense":1"#, "/dense"),
    (#""currency":"EUR""#, "/currency"), (#""currency":"EUR","dense":false"#, "/currency"),
    (#""breakdown":{}"#, "/breakdown"), (#""breakdown":{"name":"colour"}"#, "/breakdown/name"),
    (#""breakdown":{"name":"exit"}"#, "/breakdown/name"),
    (#""breakdown":{"name":"property:plan","at":"visit"}"#, "/breakdown/at"),
    (#""breakdown":{"name":"url","at":"last"}"#, "/breakdown/at"),
    (#""breakdown":{"name":"url","limit":0}"#, "/breakdown/limit"),
    (#""breakdown":{"name":"url","limit":1001}"#, "/breakdown/limit"),
    (#""start":{"type":"every","value":"/"}"#, "/start"), (#""start":{"type":"url"}"#, "/start"),
    (#""return":{"any":[]}"#, "/return/any"),
    (#""return":{"type":"every","any":[{"type":"every"}]}"#, "/return"),
  ]) func `what excludes each other, and what is out of bounds, is refused where it is`(
    members: String, location: String
  ) throws {
    let error = try ask(members)
    #expect(error["code"] == -32602, "\(members)")
    #expect(error["data"]?["errors"]?[at: 0]?["instanceLocation"]?.string == location, "\(error)")
  }

  @Test func `members that exclude each other are both named`() throws {
    let currency = try ask(#""currency":"EUR""#)["message"]?.string ?? ""
    #expect(currency.contains("/currency must not be given without \"dense\": true"), "\(currency)")
    let property = try ask(#""breakdown":{"name":"property:plan","at":"visit"}"#)["message"]?.string ?? ""
    #expect(property.contains("/breakdown/at must not be visit if name is \"property:plan\""), "\(property)")
  }

  @Test(arguments: [(498, true), (499, false)]) func `the rows have a limit`(cohorts: Int, isAccepted: Bool)
    throws
  {
    // Each event makes a cohort with 401 rows.
    let events = (0..<cohorts).map { hour in
      let (day, clock) = (1 + hour / 24, hour % 24)
      return
        "a,s\(hour),v\(hour),\(hour),a.example,/,1,,2025-03-\(day < 10 ? "0" : "")\(day) \(clock < 10 ? "0" : "")\(clock):00:00"
    }
    let worker = try TestWorker(([TestWorker.header] + events).joined(separator: "\n") + "\n")
    let reply = worker.ask(
      "reports.retention",
      [
        "dateRange": ["startDate": "2025-03-01", "endDate": "2025-05-01"], "unit": "hour", "periods": 400,
        "dense": true,
      ])
    #expect((cohorts * 401 <= Limits.retentionRows) == isAccepted)
    #expect(reply.array?.count == (isAccepted ? cohorts * 401 : nil))
    if !isAccepted {
      #expect(reply["data"]?["errors"]?[at: 0]?["instanceLocation"] == "/periods", "\(reply)")
    }
  }

  @Test func `as CSV, every table has its part, and a column that only options have comes last`() throws {
    func csv(_ members: String) throws -> [String] {
      csvText(ResultTable(try ask(members), schema: ResultSchema(of: .retention, SchemaCache())))?
        .split(separator: "\r\n").map(String.init) ?? []
    }
    #expect(
      try csv(#""dense":true,"periods":1"#) == [
        "date,day,visitors,returnVisitors,percentage,complete", "2025-03-01T00:00:00Z,0,1,1,100,true",
        "2025-03-01T00:00:00Z,1,1,0,0,true",
      ])
    #expect(
      try csv(#""total":true,"breakdown":{"name":"url"}"#) == [
        "part,date,day,visitors,returnVisitors,percentage,cohorts,value,rest",
        "rows,2025-03-01T00:00:00Z,0,1,1,100,,,", "total,,0,1,1,100,1,,", "total,,1,1,0,0,1,,",
        "breakdown,2025-03-01T00:00:00Z,0,1,1,100,,/,",
      ])
  }

  @Test func `it is compared with another range`() throws {
    let reply = try ask(#""unit":"month","total":true,"compare":{"mode":"previous"}"#)
    #expect(reply["result"]?["rows"]?.array?.count == 1)
    #expect(reply["comparison"] == ["rows": [], "total": []])
  }
}

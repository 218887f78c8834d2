import JSON
import Testing

@testable import Worker

@Suite struct PerformanceMethodTests {
  private static let events = """
    website_id,session_id,visit_id,event_id,url_path,event_type,created_at,lcp,cls
    a,s1,v1,1,/,1,2025-03-01 10:00:00,fast,
    a,s1,v1,2,/,5,2025-03-01 10:00:01,1000.5,0.1
    a,s1,v1,3,/x,5,2025-03-01 10:00:02,2000,
    a,s1,v1,4,/x,5,2025-03-01 10:00:03,1e400,
    a,s1,v1,5,/x,5,2025-03-01 10:00:03,NaN,
    a,s1,v1,6,/x,5,2025-03-01 10:00:03,fast,0.5

    """
  private static let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]

  private func ask(_ worker: TestWorker, _ members: JSONObject = [:]) -> JSONValue {
    var params: JSONObject = ["dateRange": Self.range]
    params.merge(members)
    return worker.ask("reports.performance", .object(params))
  }

  @Test(arguments: [false, true])
  func `rows whose values are no numbers are bad, and a pageview's are nothing`(imported: Bool) throws {
    let worker = try TestWorker(Self.events, imported: imported)
    let result = ask(worker)
    #expect(result["summary"]?["count"] == 2)
    #expect(result["summary"]?["lcp"]?["p50"]?.description == "1500.25")
    #expect(result["summary"]?["cls"]?["count"] == 1 && result["summary"]?["inp"]?["p75"] == .null)
    #expect(
      worker.ask("reports.insights", ["dateRange": Self.range, "fields": [["name": "url"]]]).array?.count == 1
    )
  }

  @Test func `appended measurements count at once, and ones that are no numbers are refused`() throws {
    let worker = try TestWorker(Self.events, imported: true)
    #expect(ask(worker)["summary"]?["count"] == 2)
    let event: JSONObject = [
      "website_id": "a", "session_id": "s2", "event_type": 5, "created_at": "2025-03-02",
    ]
    func append(_ id: String, _ lcp: JSONValue) -> JSONValue {
      var event = event
      event["event_id"] = .string(id)
      event["lcp"] = lcp
      return worker.ask("events.append", ["events": [.object(event)]])
    }
    #expect(append("m1", 3000)["added"] == 1)
    #expect(append("m1", 3000)["known"] == 1)
    #expect(append("m2", .double(1e300))["code"] == -32602)
    #expect(append("m3", .null)["added"] == 1)
    let result = ask(worker)
    #expect(result["summary"]?["count"] == 4 && result["summary"]?["lcp"]?["count"] == 3)
    #expect(result["summary"]?["lcp"]?["p50"] == 2000)
  }

  @Test(
    arguments: [
      (["metric": "fid"], "/metric"), (["limit": 0], "/limit"), (["limit": 10_001], "/limit"),
      (["filters": [["name": "channel", "operator": "eq", "value": "Direct"]]], "/filters"),
      (["filters": [["not": ["name": "property:k", "operator": "s"]]]], "/filters"),
      (["filters": [["did": ["by": "visitor", "filters": [], "atLeast": 1]]]], "/filters"),
    ] as [(JSONObject, String)])
  func `what cannot be is refused, with its place`(members: JSONObject, place: String) throws {
    let error = ask(try TestWorker(Self.events), members)
    #expect(error["code"] == -32602 && error["message"]?.string?.contains(place) == true, "\(error)")
  }

  @Test func `a comparison has the measurements of both ranges`() throws {
    let result = ask(
      try TestWorker(Self.events),
      ["compare": ["mode": "custom", "startDate": "2025-03-01", "endDate": "2025-03-01T10:00:01Z"]])
    #expect(result["result"]?["summary"]?["count"] == 2)
    #expect(result["comparison"]?["summary"]?["count"] == 1)
  }

  @Test func `the form of Umami 3 has 0 in place of null`() throws {
    let result = try TestWorker(Self.events).ask(
      "POST /api/reports/performance",
      [
        "type": "performance", "filters": ["path": "/none"],
        "parameters": ["startDate": "2025-03-01", "endDate": "2025-03-31", "metric": "inp"],
      ])
    #expect(result["summary"]?["lcp"] == ["p50": 0, "p75": 0, "p95": 0])
    #expect(result["summary"]?["count"] == 0 && result["chart"] == [] && result["pages"] == [])
  }
}

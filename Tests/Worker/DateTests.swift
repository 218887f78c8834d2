import JSON
import Testing

@testable import Worker

/// The dates of requests, in every method that has any.
@Suite struct DateTests {
  /// The last millisecond of a day, the first of the next, and both in Berlin.
  private static let events = """
    session_id,visit_id,event_id,created_at,event_type,url_path,event_name
    a,1,1,2025-05-30 22:00:00.000,1,/,
    a,1,2,2025-05-31 00:00:00.000,1,/,
    a,1,3,2025-05-31 21:59:59.999,1,/,
    a,1,4,2025-05-31 22:00:00.000,1,/,
    a,1,5,2025-05-31 23:59:59.999,1,/,
    a,1,6,2025-06-01 00:00:00.000,1,/,

    """

  private func views(_ start: JSONValue, _ end: JSONValue, _ zone: JSONValue?) throws -> JSONValue? {
    let worker = try TestWorker(Self.events)
    var params: JSONObject = [
      "dateRange": ["startDate": start, "endDate": end], "goals": [["type": "url", "value": "*", "goal": 1]],
    ]
    params["timezone"] = zone
    let reply = worker.ask("reports.goals", .object(params))
    return reply.array?.first?["result"] ?? reply["data"]?["errors"]?[at: 0]?["error"]
  }

  @Test(
    arguments: [
      ("2025-05-31", "2025-05-31", nil, 4), ("2025-05-31", "2025-05-31", "Europe/Berlin", 3),
      ("2025-05", "2025-05", nil, 5), ("2025-05", "2025-05", "Europe/Berlin", 3),
      ("2025", "2025", nil, 6), ("2025-06", "2025", "Europe/Berlin", 3),
      ("2025-05-31T00:00:00Z", "2025-05-31", nil, 4), ("2025-05-31", "2025-05-31T00:00:00Z", nil, 1),
      ("1748642400000", "2025-05-31", nil, 5), (1_748_642_400_000, "2025-05-31", "Europe/Berlin", 3),
    ] as [(JSONValue, JSONValue, JSONValue?, JSONValue)])
  func `a day, a month and a year are whole periods in the time zone`(
    start: JSONValue, end: JSONValue, zone: JSONValue?, views: JSONValue
  ) throws {
    #expect(try self.views(start, end, zone) == views)
  }

  @Test(
    arguments: [
      (1_748_642_400, "1748642400 looks like seconds; use milliseconds since 1970, such as 1747519200000"),
      ("1748642400", "1748642400 looks like seconds; use milliseconds since 1970, such as 1747519200000"),
      (
        "2025-02-30", #""2025-02-30" is not a valid date: February 2025 has no day 30; its days are 01 to 28"#
      ),
      (.double(1e300), "must be milliseconds of the years 0000 to 9999, is 1e+300"),
      (
        .decimal(JSONDecimal(significand: 1, scale: -30)),
        "must be milliseconds of the years 0000 to 9999, is "
      ),
    ] as [(JSONValue, String)])
  func `an invalid date is rejected`(start: JSONValue, sentence: String) throws {
    #expect(try views(start, "2025-05-31", nil)?.string?.hasPrefix(sentence) == true)
  }

  @Test func `a day that the time zone skipped is rejected`() throws {
    #expect(
      try views("2011-12-30", "2011-12-30", "Pacific/Apia")
        == "must be a day that exists in the time zone; the zone skipped this one")
    #expect(try views("2011-12-30", "2011-12-31", "Pacific/Apia") == 0)
  }

  @Test func `the range of a query is read the same way`() throws {
    let worker = try TestWorker(
      """
      session_id,event_id,created_at
      a,1,2025-05-31 23:59:59.999

      """)
    let path = worker.worker.methods
    #expect((try path.match("reports.currencies")).method.name == "reports.currencies")
    #expect(worker.ask("reports.currencies", ["startDate": "2025-05", "endDate": "2025-05"]) == [])
    #expect(
      worker.ask("reports.currencies", ["startDate": "2025-06", "endDate": "2025-05"])["code"] == -32602)
  }
}

import Engine
import JSON
import TestSupport
import Testing

@testable import EventStore
@testable import Worker

struct AppendEventsTests {
  private let worker: TestWorker
  private let folder: TemporaryFolder

  init() throws {
    worker = try TestWorker(imported: true)
    folder = try TemporaryFolder()
  }

  private func append(_ events: JSONValue, _ options: JSONObject = [:]) -> JSONValue {
    var params = options
    params["events"] = events
    return worker.ask("events.append", .object(params))
  }

  /// How many events there are, and how many of them have this path or name.
  private func count(_ type: String = "url", _ value: String = "*", website: String = "a") -> JSONValue? {
    worker.ask(
      "reports.goals",
      [
        "websiteId": .string(website), "dateRange": ["startDate": "2020-01-01", "endDate": "2030-01-01"],
        "goals": [["type": .string(type), "value": .string(value), "goal": 1]],
      ]
    ).array?.first?["result"]
  }

  /// The rows of a table, newest last.
  private func rows(
    _ columns: String, of table: String = "website_event", in store: String? = nil
  ) throws -> [[String]] {
    let connection = try Connection(path: store ?? worker.storePath, mode: .readOnly)
    let statement = try connection.prepare("SELECT \(columns) FROM \(table) ORDER BY row_id")
    let width = columns.split(separator: ",").count
    var rows: [[String]] = []
    while try statement.step() { rows.append((0..<width).map { statement.text(Int32($0)) }) }
    return rows
  }

  private func result(added: Int, known: Int = 0) -> JSONValue {
    ["added": .integer(Int64(added)), "known": .integer(Int64(known)), "rejected": []]
  }

  @Test func `events are seen by the next request`() {
    #expect(count() == 2)
    let event: JSONValue = ["session_id": "new", "created_at": "2025-03-03T10:00:00Z", "url_path": "/new"]
    #expect(append([event]) == result(added: 1))
    #expect(count() == 3)
    #expect(count("url", "/new") == 1)
  }

  @Test func `appending no events is not an error`() { #expect(append([]) == result(added: 0)) }

  @Test func `a duplicate event is not counted twice, in one request or in two`() {
    let event: JSONValue = ["session_id": "s", "event_id": "e", "created_at": 1_741_000_000]
    #expect(append([event, event]) == result(added: 1, known: 1))
    #expect(append([event]) == result(added: 0, known: 1))
    #expect(count() == 3)
    // One of the rows that were imported.
    #expect(
      append([["session_id": "s", "event_id": "1", "url_path": "/other"]]) == result(added: 0, known: 1))
    #expect(count("url", "/other") == 0)
  }

  @Test func `events without an id get different ids`() {
    let event: JSONValue = ["session_id": "s", "created_at": 1_741_000_000]
    #expect(append([event, event]) == result(added: 2))
    #expect(append([event]) == result(added: 1))
    #expect(count() == 5)
  }

  @Test func `if one event is invalid none is added, and each invalid one is named`() {
    let reply = append([
      ["session_id": "s", "created_at": "2025-03-03"], ["session_id": "s", "pageTitle": "x"],
      ["created_at": "2025-03-03"], 7,
    ])
    #expect(reply["code"] == -32602)
    let places = reply["data"]?["errors"]?.array?.compactMap { $0["instanceLocation"]?.string } ?? []
    #expect(Set(places.map { $0.prefix(9) }) == ["/events/1", "/events/2", "/events/3"])
    #expect(count() == 2)

    // What a schema cannot see.
    let late = append([
      ["session_id": "s", "created_at": "2025-03-03"], ["session_id": "s", "created_at": "soon"],
      ["session_id": "s", "url_path": "/\u{0}"], ["session_id": "s", "data": ["price": .double(1e300)]],
    ])
    #expect(
      late["data"]?["errors"]?.array?.compactMap { $0["instanceLocation"]?.string } == [
        "/events/1/created_at", "/events/2", "/events/3/data",
      ])
    #expect(
      late["data"]?["errors"]?.array?.first?["error"]?.string?.contains("created_at is \"soon\"") == true)
    #expect(count() == 2)
  }

  @Test func `a partial request adds the valid events and lists the others`() {
    let reply = append(
      [
        ["session_id": "s", "created_at": "soon"], ["session_id": "s", "created_at": "2025-03-03"],
        ["pageTitle": "x", "session_id": "s"], ["session_id": "s", "created_at": "2025-03-04"], false,
      ], ["partial": true])
    #expect(reply["added"] == 2)
    #expect(reply["rejected"]?.array?.compactMap { $0["index"]?.wholeNumber } == [0, 2, 4])
    #expect(
      reply["rejected"]?.array?[1]["errors"]?.array?.first?["instanceLocation"] == "/events/2/pageTitle")
    #expect(count() == 4)
  }

  @Test func `a tracker's event is stored in the same columns as by Umami`() throws {
    let event: JSONValue = [
      "type": "event", "visitor": "ann", "event_id": "t", "visit_id": nil,
      "payload": [
        "website": "a", "url": "https://www.Shop.example/caf%C3%A9?utm_source=mail&gclid=7#top",
        "referrer": "https://search.example/find?q=1", "title": "Menu", "hostname": "shop.example",
        "language": "de-AT", "screen": "390x844", "name": "order", "tag": "x", "id": "customer 5",
        "timestamp": 1_741_000_000,
        "data": [
          "price": .double(12.5), "currency": "EUR", "gift": true, "basket": ["size": 2, "ids": [1, 2]],
          "no": nil,
        ],
      ],
    ]
    #expect(append([event]) == result(added: 1))
    let columns = [
      "session_id", "event_type", "event_name", "hostname", "url_path", "url_query", "utm_source", "gclid",
      "referrer_domain", "referrer_path", "referrer_query", "page_title", "language", "screen", "tag",
      "distinct_id", "created_at",
    ]
    #expect(
      try rows(columns.joined(separator: ", ")).last == [
        "ann", "2", "order", "shop.example", "/café#top", "utm_source=mail&gclid=7", "mail", "7",
        "search.example", "/find", "q=1", "Menu", "de-AT", "390x844", "x", "customer 5", "1741000000000",
      ])
    #expect(
      try rows("event_id, data_key, string_value, number_value, data_type", of: "event_data") == [
        ["t", "price", "12.5000", "12.5", "2"], ["t", "currency", "EUR", "", "1"],
        ["t", "gift", "true", "", "3"], ["t", "basket.size", "2.0000", "2", "2"],
        ["t", "basket.ids", "[1,2]", "", "5"],
      ])
    #expect(count("event", "order") == 1)
  }

  @Test func `a tracker's data becomes the same properties as in Umami`() throws {
    let data: JSONValue = [
      "list": [1, ["a": [nil, true]], "ü"], "none": [], "deep": ["er": ["est": "x"], "empty": [:]],
      "deep.er": "y",
      "when": "2026-03-01T10:00:00+01:00", "day": "2026-03-01", "wrong": "2026-13-01T10:00:00Z", "not": nil,
      "small": .double(-0.00005), "text": "",
    ]
    #expect(
      append([["type": "event", "visitor": "v", "payload": ["name": "n", "data": data]]]) == result(added: 1))
    #expect(
      try rows("data_key, string_value, number_value, date_value, data_type", of: "event_data") == [
        ["list", #"[1,{"a":[null,true]},"ü"]"#, "", "", "5"], ["none", "[]", "", "", "5"],
        ["deep.er.est", "x", "", "", "1"], ["deep.er", "y", "", "", "1"],
        ["when", "2026-03-01T09:00:00.000Z", "", "2026-03-01T09:00:00.000Z", "4"],
        ["day", "2026-03-01", "", "", "1"], ["wrong", "2026-13-01T10:00:00Z", "", "", "1"],
        ["small", "-0.0001", "-0.0001", "", "2"], ["text", "", "", "", "1"],
      ])
    // One key twice: the first counts.
    let twice: JSONValue = ["a.b": 1, "a": ["b": 2]]
    #expect(append([["session_id": "s", "data": twice]]) == result(added: 1))
    #expect(try rows("data_key, number_value", of: "event_data").suffix(1) == [["a.b", "1"]])
  }

  @Test func `events of any time and length are accepted`() throws {
    let path = "/" + String(repeating: "ä", count: 1 << 20)
    let events: JSONValue = [
      ["session_id": "s", "created_at": "9999-12-31T23:59:59.999Z", "url_path": .string(path)],
      ["session_id": "s", "created_at": "0000-01-01T00:00:00Z"],
      ["session_id": "t", "created_at": "1969-12-31T23:59:59Z"],
    ]
    #expect(append(events) == result(added: 3))
    let everything: JSONValue = ["startDate": "0000-01-01", "endDate": "9999-12-31T23:59:59.999Z"]
    let goals = worker.ask(
      "reports.goals",
      ["dateRange": everything, "goals": [["type": "url", "value": .string(path), "goal": 1]]])
    #expect(goals.array?.first?["result"] == 1)
    let website = worker.ask("websites.list").array?.first
    #expect(website?["firstEvent"] == "0000-01-01T00:00:00Z")
    #expect(website?["lastEvent"] == "9999-12-31T23:59:59.999Z")
    for wrong in ["10000-01-01T00:00:00Z", "2026-02-30"] {
      #expect(append([["session_id": "s", "created_at": .string(wrong)]])["code"] == -32602)
    }
  }

  @Test func `the errors of rejected events have their locations`() {
    let reply = append(
      [
        ["type": "event", "visitor": "v", "payload": ["timestamp": "soon"]],
        ["type": "event", "visitor": "v", "payload": ["data": ["n": .double(1e300)]]],
        ["type": "event", "visitor": "v", "payload": ["colour": "red"]],
        ["type": "performance", "visitor": "v", "payload": [:]],
        ["session_id": "s", "data": ["": 1]], ["session_id": ""], [],
        ["session_id": "s", "event_type": 256], ["session_id": "s", "created_at": ""],
      ], ["partial": true])
    #expect(reply["added"] == 0)
    let places = reply["rejected"]?.array?.map {
      $0["errors"]?.array?.first?["instanceLocation"]?.string ?? ""
    }
    #expect(
      places == [
        "/events/0/payload/timestamp", "/events/1/payload/data", "/events/2/payload/colour", "/events/3/type",
        "/events/4/data", "/events/5/session_id", "/events/6", "/events/7/event_type",
        "/events/8/created_at",
      ])
  }

  @Test func `other messages of a tracker are rejected`() {
    let reply = append([["type": "identify", "visitor": "ann", "payload": ["website": "a"]]])
    #expect(reply["code"] == -32602)
    #expect(reply["data"]?["errors"]?.array?.first?["instanceLocation"] == "/events/0/type")
  }

  @Test func `a visitor's visits end after 30 minutes`() {
    func view(_ minute: Int) -> JSONValue {
      ["visitor": "ben", "created_at": .integer(1_741_000_000 + Int64(minute) * 60), "url_path": "/v"]
    }
    #expect(append([view(0), view(29), view(60)]) == result(added: 3))
    #expect(append([view(58), view(200)]) == result(added: 2))
    let insights = worker.ask(
      "reports.insights",
      [
        "dateRange": ["startDate": "2025-03-03", "endDate": "2025-03-05"], "fields": [["name": "url"]],
        "filters": [["name": "url", "operator": "eq", "value": "/v"]],
      ])
    #expect(insights.array?.first?["views"] == 5)
    #expect(insights.array?.first?["visits"] == 2)
    #expect(insights.array?.first?["visitors"] == 1)
  }

  @Test func `an event without a time happens now`() throws {
    #expect(append([["session_id": "s"]]) == result(added: 1))
    #expect(Int(try rows("created_at").last?.first ?? "") ?? 0 > 1_740_000_000_000)
  }

  @Test func `the website is optional if there is only one`() {
    #expect(append([["session_id": "s", "created_at": "2025-03-03"]]) == result(added: 1))
    #expect(count() == 3)
    #expect(
      append([["session_id": "s", "website_id": "b", "created_at": "2025-03-03"]]) == result(added: 1))
    #expect(count(website: "b") == 1)
    let reply = append([["session_id": "s", "created_at": "2025-03-03"]])
    #expect(reply["message"]?.string?.contains("because the store has 2") == true)
  }

  @Test func `a CSV file and another program's database are only read`() throws {
    let csv = try TestWorker().ask("events.append", ["events": [["session_id": "s"]]])
    #expect(csv["code"] == 3)
    #expect(csv["data"] == ["reason": "readOnly"])
    #expect(csv["message"]?.string?.contains("is not an SQLite file, so nothing can be appended") == true)
  }

  private static let longest = String(repeating: "k", count: DataLimits.standard.propertyKeyBytes)

  @Test func `the property keys of an event have limits, each and together`() {
    let shorter = String(Self.longest.dropLast(2))
    let parent = String(Self.longest.dropLast(3))
    for (data, isGood): (JSONValue, Bool) in [
      ([Self.longest: 1], true), ([Self.longest + "k": 1], false), ([shorter: ["a": 1]], true),
      ([shorter: ["ab": 1]], false), ([Self.longest + "k": [:]], false),
      ([parent: .object(Self.members(DataLimits.standard.eventKeyBytes / 4096 - 1))], true),
      ([parent: .object(Self.members(DataLimits.standard.eventKeyBytes / 4096 + 1))], false),
    ] {
      let reply = append([["session_id": "s", "created_at": 1_741_000_000, "data": data]])
      #expect((reply == result(added: 1)) == isGood, "\(reply.description.prefix(300))")
    }
    let partial = append(
      [
        ["session_id": "s", "created_at": 1_741_000_000],
        ["session_id": "s", "created_at": 1_741_000_000, "data": [Self.longest + "k": 1]],
      ], ["partial": true])
    #expect(partial["added"] == 1)
    let rejected = partial["rejected"]?.array?.first
    #expect(rejected?["index"] == 1)
    #expect(rejected?["errors"]?.array?.first?["instanceLocation"] == "/events/1/data")
  }

  /// Except that of several values of one key, the first counts in a request, and the last in a line.
  @Test func `properties are the same from a request and from a line of a file`() throws {
    let data = [
      #"{"text":"x","empty":"","number":1.50,"small":-0.00005,"yes":true,"none":null,"list":[1, {"a":[null]}]}"#,
      #"{"a":{"b":{"c":1},"d":{}},"":{"e":"f","":{"g":1}},"h":{"":2}}"#,
      #"{"at":"2026-03-01T10:00:00+01:00","day":"2026-03-01","hour":"2026-03-01T24:00:00Z"}"#,
      #"{"leap":"2026-03-01T10:00:60Z","wrong":"2026-13-01T10:00:00Z","lower":"2026-03-01T10:00:00z"}"#,
      #"{"":null}"#, #"{"":1}"#, #"{"large":1e300}"#,
    ]
    let lines = data.enumerated().map { index, data in
      #"{"session_id":"s","website_id":"a","event_id":"line \#(index)","created_at":1741000000,"data":\#(data)}"#
    }
    let file = try folder.file("lines.jsonl", lines.joined(separator: "\n"))
    let columns = "event_id, data_key, string_value, number_value, date_value, data_type"
    _ = try importFiles([file], into: folder.path("lines.db"), diagnostics: { _ in })
    let imported = try rows(columns, of: "event_data", in: folder.path("lines.db"))
    let events = try lines.map { try JSONValue(parsing: Array($0.utf8)) }
    let reply = append(.array(events), ["partial": true])
    #expect(reply["rejected"]?.array?.compactMap { $0["index"]?.wholeNumber } == [5, 6])
    #expect(try rows(columns, of: "event_data") == imported)
    #expect(imported.count == 16)
  }

  @Test func `the property keys of a request have a limit`() throws {
    var keys = PropertyKeyBudget(requestBytes: "ab".utf8.count + "ab.c".utf8.count)
    func event(_ data: JSONValue) throws(RowDefect) -> NewEvent {
      try NewEvent(["session_id": "s", "data": data], now: 0, newID: { "id" }, keys: &keys)
    }
    #expect(try event(["ab": ["c": 1]]).properties.map(\.key) == ["ab.c"])
    #expect(keys.requestBytes == 0)
    let defect = #expect(throws: RowDefect.self) { try event(["a": 1]) }
    #expect(defect?.description.contains("the events of a request") == true)
    #expect(try event([:]).properties == [])
  }

  /// `count` members with names of two bytes.
  private static func members(_ count: Int) -> JSONObject {
    var members = JSONObject()
    for number in 0..<count { members[String(UnicodeScalar(UInt32(0x100 + number)) ?? "?")] = 1 }
    return members
  }
}

import Foundation
import JSON
import TestSupport
import Testing

/// The request bodies that the mirrored API's documentation prints, sent as they are printed, and the shapes
/// of its sample responses.
@Suite struct PrintedRequestTests {
  struct Printed: Sendable {
    let name: String
    let body: String
    /// A response with the members that the documentation's sample has.
    let shape: JSONValue
  }

  static let website = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

  private static let week = #"""
    "dateRange":{
    "startDate":"2025-05-17T22:00:00.000Z",
    "endDate":"2025-05-24T21:59:59.999Z",
    "unit":"day",
    "offset":0,
    "num":1,
    "value":"0week"
    },
    "timezone":"Europe/Berlin"
    """#

  private static let sevenDays = #"""
    "websiteId":"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    "dateRange":{
    "startDate":"2025-05-13T22:00:00.000Z",
    "endDate":"2025-05-20T21:59:59.999Z",
    "unit":"day",
    "offset":0,
    "num":7,
    "value":"7day"
    },
    "timezone":"Europe/Berlin"
    """#

  static let printed: [Printed] = [
    Printed(
      name: "utm", body: #"{"websiteId":"\#(website)",\#(week)}"#,
      shape: ["utm_source": ["test": 1]]),
    Printed(
      name: "revenue",
      body: #"""
        {
        "websiteId":"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "dateRange":{
        "startDate":"2025-05-19T14:00:00.000Z",
        "endDate":"2025-05-20T13:59:59.999Z",
        "offset":0,
        "num":24,
        "unit":"hour",
        "value":"24hour"
        },
        "currency":"USD",
        "timezone":"Europe/Berlin"
        }
        """#,
      shape: [
        "chart": [["x": "", "t": "2025-05-19T15:00:00Z", "y": 289]],
        "country": [["name": "DE", "value": 289]],
        "total": ["sum": 289, "count": 6, "unique_count": 1],
        "table": [["currency": "USD", "sum": 289, "count": 6, "unique_count": 1]],
      ]),
    Printed(
      name: "journey",
      body: #"{"steps": 5,"websiteId": "\#(website)",\#(week)}"#,
      shape: [["items": ["/", nil], "count": 1]]),
    Printed(
      name: "retention",
      body: #"""
        {
        "dateRange":{
        "startDate":"2025-04-30T22:00:00.000Z",
        "endDate":"2025-05-31T21:59:59.999Z",
        "value":"range:1746050400000:1748728799999",
        "offset":0,
        "unit":"day"
        },
        "websiteId":"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "timezone":"Europe/Berlin"
        }
        """#,
      shape: [
        ["date": "2025-05-18T22:00:00Z", "day": 0, "visitors": 1, "returnVisitors": 1, "percentage": 100]
      ]),
    Printed(
      name: "insights",
      // The documentation prints a second comma behind the website; see the last test.
      body: #"""
        {
        "fields":[
        {
        "name":"url",
        "type":"string",
        "label":"URL"
        }
        ],
        "filters":[
        ],
        "websiteId":"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",\#(week)
        }
        """#,
      shape: [["views": 8, "visitors": 3, "visits": 3, "bounces": 1, "totaltime": 242, "url": "/"]]),
    Printed(
      name: "goals",
      body: #"""
        {
        "goals":[
        {
        "type":"url",
        "value":"/",
        "goal":10
        }
        ],
        "websiteId":"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",\#(week)
        }
        """#,
      shape: [["type": "url", "value": "/", "goal": 10, "result": 10]]),
    Printed(
      name: "funnel",
      body: #"""
        {
        "window":60,
        "steps":[
        {
        "type":"url",
        "value":"/"
        },
        {
        "type":"url",
        "value":"/contact"
        }
        ],\#(sevenDays)
        }
        """#,
      shape: [
        [
          "type": "url", "value": "/", "visitors": 1, "previous": 0, "dropped": 0, "dropoff": nil,
          "remaining": 1,
        ]
      ]),
    Printed(
      name: "attribution",
      body: #"""
        {
        "model":"firstClick",
        "steps":[
        {
        "type":"event",
        "value":"/"
        }
        ],\#(sevenDays)
        }
        """#,
      shape: [
        "paidAds": [], "referrer": [], "utm_source": [], "utm_content": [], "utm_medium": [],
        "utm_campaign": [],
        "utm_term": [], "total": ["visitors": 79106, "visits": 105066, "pageviews": 136971],
      ]),
  ]

  /// The golden events under the website id that the documentation prints, and one purchase more, since none
  /// of theirs is in dollars on the day for which the documentation asks.
  private func store(in folder: TemporaryFolder) throws -> [String] {
    let golden = try ["website_event.csv", "event_data.csv"].map { name in
      let file = BuiltBinary.checkout.appendingPathComponent("Tests/Golden/events/\(name)")
      let text = try String(contentsOf: file, encoding: .utf8)
      return try folder.file(
        name, text.replacingOccurrences(of: "8a5ff68d-8d5e-4bd7-958e-3675404ceb40", with: Self.website))
    }
    let purchase = try folder.file(
      "purchase.csv",
      "website_id,session_id,visit_id,event_id,event_type,event_name,country,created_at\n"
        + "\(Self.website),s,v,e,2,,DE,2025-05-19 15:20:00\n")
    let data = try folder.file(
      "purchase_data.csv",
      "event_id,data_key,string_value,number_value\ne,revenue,,289.94\ne,currency,USD,\n")
    return golden + [purchase, data]
  }

  private func oneLine(_ text: String) -> String { text.replacingOccurrences(of: "\n", with: " ") }

  @Test func `each body gives one result as JSON-RPC, bare, and named by its endpoint, in the printed shape`()
    throws
  {
    let folder = try TemporaryFolder()
    var input = ""
    for printed in Self.printed {
      let body = oneLine(printed.body)
      let endpoint = "POST /api/reports/\(printed.name)"
      input += #"{"jsonrpc":"2.0","id":1,"method":"reports.\#(printed.name)","params":\#(body)}"# + "\n"
      input += #"{"id":1,"method":"reports.\#(printed.name)",\#(body.dropFirst())"# + "\n"
      input += #"{"jsonrpc":"2.0","id":1,"method":"\#(endpoint)","params":\#(body)}"# + "\n"
      input += #"{"method":"\#(endpoint)",\#(body.dropFirst())"# + "\n"
    }
    let outcome = try BuiltBinary.run(["serve"] + store(in: folder), input: Data(input.utf8))
    try #require(outcome.lines.count == 4 * Self.printed.count)
    for (index, printed) in Self.printed.enumerated() {
      let replies = try outcome.lines[(4 * index)..<(4 * index + 4)].map {
        try JSONValue(parsing: Array($0.utf8), maximumDepth: 32)
      }
      let result = try #require(replies[0]["result"], "\(printed.name): \(replies[0])")
      #expect(replies.allSatisfy { $0["result"] == result }, "\(printed.name)")
      #expect(replies.map { $0["id"] } == [1, 1, 1, .null])
      #expect(shapeDifference(printed.shape, result) == nil, "\(printed.name)")
    }
  }

  @Test func `currencies are asked for with dates as JavaScript prints them`() throws {
    let folder = try TemporaryFolder()
    let request = #"""
      {"method":"GET /api/reports/revenue","websiteId":"\#(Self.website)","startDate":"Thu Mar 27 2025 00:00:00 GMT+0100 (Central European Standard Time)","endDate":"Tue Jun 24 2025 23:59:59 GMT+0200 (Central European Summer Time)"}

      """#
    let outcome = try BuiltBinary.run(["serve"] + store(in: folder), input: Data(request.utf8))
    #expect(
      outcome.lines == [
        #"{"jsonrpc":"2.0","id":null,"result":[{"currency":"EUR"},{"currency":"GBP"},{"currency":"USD"}]}"#
      ])
  }

  @Test func `the printed body with a doubled comma is refused at its position`() throws {
    let folder = try TemporaryFolder()
    let insights = try #require(Self.printed.first { $0.name == "insights" })
    let body = oneLine(insights.body).replacingOccurrences(
      of: "\(Self.website)\",", with: "\(Self.website)\",,")
    let line = #"{"jsonrpc":"2.0","id":1,"method":"reports.insights","params":\#(body)}"#
    let outcome = try BuiltBinary.run(["serve"] + store(in: folder), input: Data((line + "\n").utf8))
    let reply = try JSONValue(parsing: Array(outcome.lines[0].utf8), maximumDepth: 32)
    #expect(reply["error"]?["code"] == -32700)
    let comma = try #require(line.range(of: ",,")).lowerBound
    let offset = line.utf8.distance(from: line.startIndex, to: comma) + 1
    #expect(reply["error"]?["data"]?["offset"] == .integer(Int64(offset)))
  }

  /// Where `got` lacks a member of `shape` or has a value of another type; elements of lists all have the
  /// shape of the first.
  private func shapeDifference(_ shape: JSONValue, _ got: JSONValue, at place: String = "") -> String? {
    if case .array(let shapes) = shape, case .array(let elements) = got {
      guard let first = shapes.first, first.object != nil else { return nil }
      if elements.isEmpty { return "\(place): nothing to compare" }
      return elements.lazy.compactMap { shapeDifference(first, $0, at: "\(place)/*") }.first
    }
    guard case .object(let members) = shape, case .object(let other) = got else {
      return shape.typeName == got.typeName || shape.typeName == "null" ? nil : "\(place): \(got.typeName)"
    }
    if place.hasPrefix("/utm_") || members["utm_source"]?.object != nil { return nil }
    let (wanted, found) = (Set(members.members.map(\.name)), Set(other.members.map(\.name)))
    if wanted != found { return "\(place): want \(wanted.sorted()), got \(found.sorted())" }
    return members.members.lazy.compactMap { member in
      shapeDifference(member.value, other[member.name] ?? .null, at: "\(place)/\(member.name)")
    }.first
  }
}

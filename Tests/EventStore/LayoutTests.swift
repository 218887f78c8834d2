import Engine
import Testing

@testable import EventStore

struct LayoutTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func rows(_ text: String, map: String? = nil) throws -> SeenRows {
    var rules = ReadingRules()
    if let map { rules.columnMap = try ColumnMap(parsing: map) }
    return try SeenRows(csv: [try folder.write("rows.csv", text)], rules: rules)
  }

  /// A file with these columns and one row, in which every text is the name of its column.
  private func oneRow(_ columns: [String], _ values: [String: String] = [:]) -> String {
    let row = columns.map { values[$0] ?? ($0 == "created_at" ? "2025-03-05 21:54:42" : $0) }
    return columns.joined(separator: ",") + "\n" + row.joined(separator: ",") + "\n"
  }

  @Test func `exports of all ages load as they are`() throws {
    let all = EventField.allCases.map(\.rawValue)
    let vitals = ["lcp", "inp", "cls", "fcp", "ttfb"]
    let withoutVitals = all.filter { !vitals.contains($0) }
    #expect(all.count == 41)
    #expect(withoutVitals.count == 36)
    for columns in [all, withoutVitals, all.reversed(), all.map { $0.uppercased() }] {
      let values = ["event_type": "2", "EVENT_TYPE": "2", "CREATED_AT": "1741211682"]
      let row = try #require(try rows(oneRow(columns, values)).events.first)
      #expect(row.createdAt == 1_741_211_682_000)
      #expect(row.type == 2)
      #expect(row.paidAd == .google)
      #expect(row.eventID.lowercased() == "event_id")
      #expect(row.texts.count == TextColumn.allCases.count)
      for (name, text) in row.texts { #expect(text.lowercased() == name) }
    }
  }

  @Test func `the region was once called subdivision1`() throws {
    let columns = EventField.allCases.map(\.rawValue).filter { $0 != "region" && $0 != "event_type" }
    let row = try rows(oneRow(columns + ["subdivision1", "subdivision2"])).events[0]
    #expect(row.texts["region"] == "subdivision1")
    #expect(row.type == 2)
  }

  @Test func `the golden events load`() throws {
    let seen = try SeenRows(csv: [goldenFile("website_event.csv"), goldenFile("event_data.csv")])
    #expect(seen.events.count == 7_907)
    #expect(seen.properties.count == 1_164)
    #expect(seen.diagnostics == [])
    #expect(seen.properties[0].number == 348_400)
    #expect(seen.events[0].texts["screen"] == "1440x900")
  }

  @Test func `event data is known by its keys, old names and new`() throws {
    let new = "event_id,data_key,string_value,number_value\ne,k,s,1.5\n"
    let old = "event_id,website_event_id,event_key,event_string_value,event_numeric_value\nown,e,k,s,1.5\n"
    let expected = try rows(new).properties
    #expect(expected.count == 1)
    #expect(expected[0].number == 15_000)
    #expect(try rows(old).properties == expected)
    #expect(try rows(new.replacing("event_id", with: "website_event_id")).properties == expected)
  }

  @Test func `what an event does not say is implied`() throws {
    let text =
      "session_id,created_at,event_type,event_name\ns,1500000000,,\ns,1500000000,,signup\ns,1500000000,5,signup\ns,1500000000,255,\n"
    let events = try rows(text).events
    #expect(events.map(\.type) == [1, 2, 5, 255])
    #expect(
      events.allSatisfy { $0.websiteID == ReadingRules.nilUUID && $0.visitID == "" && $0.eventID == "" })
    var rules = ReadingRules()
    rules.defaultWebsiteID = "shop"
    let named = try SeenRows(
      csv: [try folder.write("w.csv", "website_id,session_id,created_at\nw,s,1500000000\n,s,1500000000\n")],
      rules: rules)
    #expect(named.events.map(\.websiteID) == ["w", "shop"])
  }

  @Test func `the first network with a click id counts`() throws {
    let text =
      "session_id,created_at,twclid,gclid,fbclid\na,1500000000,x,,\nb,1500000000,x,,y\nc,1500000000,x,z,y\nd,1500000000,,,\n"
    #expect(try rows(text).events.map(\.paidAd) == [.twitter, .meta, .google, .none])
  }

  @Test func `a map names the columns of other tables`() throws {
    let text =
      "timestamp,client,Page URL,from\n1741211682,7,https://www.a.example/x?utm_source=n,https://b.example/\n"
    let event = try rows(
      text, map: "created_at=timestamp,session_id=client,url=page url,referrer=from"
    ).events[0]
    #expect(event.sessionID == "7")
    #expect(event.createdAt == 1_741_211_682_000)
    #expect(
      event.texts == [
        "hostname": "a.example", "url_path": "/x", "url_query": "utm_source=n", "utm_source": "n",
        "referrer_domain": "b.example",
      ])
  }

  @Test func `a map wins over names and applies to files that have its source`() throws {
    let events = try folder.write("e.csv", "session_id,created_at,at\ns,1500000000,1500000060\n")
    let data = try folder.write("d.csv", "event_id,data_key\ne,k\n")
    var rules = ReadingRules()
    rules.columnMap = try ColumnMap(parsing: "created_at=at")
    let seen = try SeenRows(csv: [events, data], rules: rules)
    #expect(seen.events[0].createdAt == 1_500_000_060_000)
    #expect(seen.properties.count == 1)
    rules.columnMap = try ColumnMap(parsing: "tag=nowhere")
    #expect(
      throws: StoreError.usage("--map: no file has a column \"nowhere\"; \(data) has: event_id, data_key")
    ) {
      try SeenRows(csv: [data], rules: rules)
    }
    rules.columnMap = try ColumnMap(parsing: "tag=data_kee")
    #expect(
      throws: StoreError.usage(
        "--map: no file has a column \"data_kee\"; did you mean \"data_key\"? \(data) has: event_id, data_key"
      )
    ) {
      try SeenRows(csv: [data], rules: rules)
    }
  }

  @Test func `a map that is none is refused`() {
    func check(_ text: String, _ start: String, sourceLocation: SourceLocation = #_sourceLocation) {
      let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) {
        try ColumnMap(parsing: text)
      }
      #expect(error?.description.hasPrefix(start) == true, sourceLocation: sourceLocation)
      #expect(error?.isUsage == true, sourceLocation: sourceLocation)
    }
    check("", "--map: \"\" is not of the form target=source")
    check("created_at", "--map: \"created_at\" is not of the form target=source")
    check("=x", "--map: \"=x\" is not of the form target=source")
    check("tag=", "--map: \"tag=\" is not of the form target=source")
    check("tag=a,", "--map: \"\" is not of the form target=source")
    check("time=a", "--map: unknown column \"time\"; the columns are: url, referrer, website_id")
    check("creted_at=time", "--map: unknown column \"creted_at\"; did you mean \"created_at\"?")
    check("time=created_at", "--map: time=created_at is reversed; write created_at=time, with")
    check("tag=a,tag=b", "--map: tag is named twice")
  }
}

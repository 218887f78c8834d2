import Testing

@testable import Engine
@testable import EventStore

struct JSONLinesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func rows(_ lines: [String], map: String? = nil) throws -> SeenRows {
    var rules = ReadingRules()
    if let map { rules.columnMap = try ColumnMap(parsing: map) }
    let path = try folder.write("rows.jsonl", lines.map { $0 + "\n" }.joined())
    var seen = try SeenRows(csv: [path], rules: rules)
    seen.diagnostics = seen.diagnostics.map { $0.replacing(folder.path + "/", with: "") }
    return seen
  }

  @Test(arguments: [
    (#"{"data":[{"session_id":"a","created_at":1500000000}]}"#, "data"),
    (#"{"count":1,"result":{"event_rows":[{"ts":1},{"ts":2}]},"z":[{"a":1}]}"#, "result.event_rows"),
    ("{\n  \"results\" : [\n    {\n", "results"),
  ])
  func `an object around all rows is refused with the command that takes it away`(text: String, path: String)
  {
    let error = #expect(throws: StoreError.self) { try rows([text]) }
    let found = "\(error.map { "\($0)" } ?? "")"
    #expect(
      found.hasSuffix(
        "jq -c '.\(path)[]'"), "\(found)")
    #expect(found.contains("rows.jsonl is one JSON object whose array \(path) has the rows"), "\(found)")
  }

  @Test func `objects with arrays are rows if there are several, or if they have a time and a visitor`()
    throws
  {
    let object = #"{"ts":1,"items":[{"a":1}]}"#
    for lines in [[object, object], [#"{"ts":1,"i-t":[{"a":1}],"items":[1]}"#]] {
      let error = #expect(throws: StoreError.self) { try rows(lines) }
      #expect("\(error.map { "\($0)" } ?? "")".contains("lacks the columns session_id, created_at"))
    }
    let event = #"{"session_id":"a","created_at":1500000000,"items":[{"a":1}]}"#
    #expect(try rows([event]).events.count == 1)
    #expect(try rows([object], map: "created_at=ts,session_id=ts").events.count == 0)
  }

  @Test func `members with the names of columns are columns`() throws {
    let seen = try rows([
      #"{"session_id":"ann","event_id":"e1","created_at":"2026-03-10T09:30:00Z","url":"https://shop.example/thanks?utm_source=mail","event_name":"purchase","tag":null,"more":{"a":[1,{"b":2}]}}"#,
      "", " \t",
      #" { "visitor" : 17 , "created_at" : 1741211682 , "url_path" : "/a" , "event_type" : 1 } "#,
    ])
    #expect(seen.diagnostics == [])
    #expect(seen.events.map(\.sessionID) == ["ann", "17"])
    #expect(seen.events.map(\.type) == [2, 1])
    #expect(seen.events[0].createdAt == 1_773_135_000_000)
    #expect(
      seen.events[0].texts == [
        "hostname": "shop.example", "url_path": "/thanks", "url_query": "utm_source=mail",
        "utm_source": "mail",
        "event_name": "purchase",
      ])
    #expect(seen.events[1].createdAt == 1_741_211_682_000)
    #expect(seen.events[1].texts == ["url_path": "/a"])
  }

  @Test func `a row's own columns win over those derived from its addresses`() throws {
    let texts = try rows([
      #"{"session_id":"a","created_at":1500000000,"url":"https://a.example/x?utm_source=n","utm_source":"own","referrer":"/y"}"#,
      #"{"session_id":"a","created_at":1500000000,"url_path":"/z","referrer_domain":"b.example"}"#,
    ]).events.map(\.texts)
    #expect(
      texts == [
        [
          "hostname": "a.example", "url_path": "/x", "url_query": "utm_source=n", "utm_source": "own",
          "referrer_domain": "a.example",
        ],
        ["url_path": "/z", "referrer_domain": "b.example"],
      ])
  }

  @Test func `what Umami's tracker sends is an event`() throws {
    let seen = try rows([
      #"{"type":"event","payload":{"website":"w","url":"/cart?utm_source=mail","referrer":"https://search.example/","title":"Cart","hostname":"shop.example","language":"en-GB","screen":"1920x1080","name":"buy","id":"user-7","timestamp":1500000000,"data":{"revenue":5}},"visitor":"ben"}"#,
      #"{"type":"identify","payload":{"website":"w"},"visitor":"ben","created_at":1500000000}"#,
    ])
    #expect(seen.diagnostics == ["rows.jsonl: left out 1 row that is no event"])
    #expect(seen.events.count == 1)
    #expect(seen.events[0].websiteID == "w")
    #expect(seen.events[0].sessionID == "ben")
    #expect(seen.events[0].createdAt == 1_500_000_000_000)
    #expect(seen.events[0].texts["page_title"] == "Cart")
    #expect(seen.events[0].texts["distinct_id"] == "user-7")
    #expect(seen.events[0].texts["url_path"] == "/cart")
    #expect(seen.events[0].texts["referrer_domain"] == "search.example")
    #expect(seen.properties.map(\.key) == ["revenue"])
  }

  @Test func `properties are flattened as those of appended events`() throws {
    func check(_ data: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) throws
    {
      let seen = try rows([#"{"session_id":"a","created_at":1500000000,"data":\#(data)}"#])
      let found = seen.properties.map { "\($0.key)=\($0.string)\($0.number.map { "#\($0)" } ?? "")" }
      #expect(seen.diagnostics == [], sourceLocation: sourceLocation)
      #expect(found == expected, sourceLocation: sourceLocation)
    }
    try check("{}", [])
    try check("null", [])
    try check("7", [])
    try check(
      #"{"n":19.5,"m":-0.00005,"z":0,"e":1e3}"#,
      ["n=19.5000#195000", "m=-0.0001#-1", "z=0.0000#0", "e=1000.0000#10000000"])
    try check(
      #"{"t":true,"f":false,"x":null,"s":"a \"b\" \u00e9\ud83d\ude00"}"#,
      ["t=true", "f=false", "s=a \"b\" é😀"])
    try check(#"{"a":{"b":{"c":1},"d":"x"}}"#, ["a.b.c=1.0000#10000", "a.d=x"])
    try check(#"{"l":[ 1, {"k" : "v\/\n"} ]}"#, [#"l=[1,{"k":"v/\n"}]"#])
    try check(
      #"{"d":"2026-03-10T09:30:00+01:00","not":"2026-03-10"}"#,
      ["d=2026-03-10T08:30:00.000Z", "not=2026-03-10"])
    try check(#"{"a":1,"b":2,"a":"last"}"#, ["b=2.0000#20000", "a=last"])
    try check(#"{"a":1,"a":null}"#, [])
    let many = (0..<100).map { #""k\#($0 % 60)":"\#($0)""# }.joined(separator: ",")
    try check("{\(many)}", (40..<100).map { "k\($0 % 60)=\($0)" })
  }

  @Test func `a line that is no JSON object is a bad row`() throws {
    let good = #"{"session_id":"a","created_at":1500000000}"#
    func check(_ line: String, _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let seen = try rows([good, line, good])
      #expect(seen.diagnostics == ["rows.jsonl, line 2: \(sentence)"], sourceLocation: sourceLocation)
      #expect(seen.events.count == 2, sourceLocation: sourceLocation)
    }
    try check("[1]", "expected a JSON object, found '[' at byte 0 of the line")
    try check(
      #"{"a":1"#, "expected ',' or '}' after the member, found the end of the line at byte 6 of the line")
    try check(#"{"a" 1}"#, "expected ':' after the member name, found '1' at byte 5 of the line")
    try check(#"{a:1}"#, "expected a member name in double quotes, found 'a' at byte 1 of the line")
    try check(#"{"a":01}"#, "expected no digit after a leading zero, found '1' at byte 6 of the line")
    try check(#"{"a":tru}"#, "expected a value, found '}' at byte 8 of the line")
    try check(
      #"{"a":"\x"}"#,
      #"expected one of the escapes \" \\ \/ \b \f \n \r \t \uXXXX, found 'x' at byte 7 of the line"#)
    try check(#"{"a":"\ud800"}"#, #"expected a pair of surrogates, found '\' at byte 6 of the line"#)
    try check(
      "{\"a\":\"\u{1}\"}",
      "expected an escape instead of a control character, found the byte 0x01 at byte 6 of the line")
    try check(#"{"a":"\u0000"}"#, "the row contains a NUL byte")
    try check("{} {}", "expected the end of the line after the object, found '{' at byte 3 of the line")
    try check(
      #"{"session_id":"a","created_at":"soon"}"#,
      "created_at is \"soon\", which is not a valid time: it begins like no date and no number; use 2025-03-05 21:54:42, or seconds or milliseconds since 1970, or describe it with --time-format"
    )
    try check(
      #"{"session_id":"a","created_at":1500000000,"data":{"n":1e99}}"#,
      "n is \"1e99\", which is not a number in range"
    )
    try check(#"{"session_id":"a","created_at":1500000000,"data":{"":1}}"#, "data_key is empty")
  }

  @Test func `nesting and keys have limits`() throws {
    func line(depth: Int) -> String {
      #"{"session_id":"a","created_at":1500000000,"x":"#
        + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    }
    let deepest = DataLimits.standard.jsonDepth - 1
    #expect(try rows([line(depth: deepest)]).events.count == 1)
    #expect(
      try rows([line(depth: 1), line(depth: deepest + 1)]).diagnostics
        == ["rows.jsonl, line 2: more than 128 arrays and objects are in one another; nest less"])
    func line(key: Int) -> String {
      #"{"session_id":"a","created_at":1500000000,"data":{"\#(String(repeating: "k", count: key))":1}}"#
    }
    let longest = DataLimits.standard.propertyKeyBytes
    #expect(try rows([line(key: longest)]).properties.count == 1)
    #expect(try rows([line(key: longest + 1)]).properties.count == 0)
  }

  @Test func `a map names members in objects`() throws {
    let seen = try rows(
      [
        #"{"ts":1741211682,"user":{"id":"u1"},"page":{"URL":"https://a.example/x"},"kind":"page_view"}"#,
        #"{"ts":1741211683,"user.id":"u2","page":{"URL":"https://a.example/y"},"kind":"signup"}"#,
      ], map: "created_at=ts,session_id=user.id,url=page.url,event_name=kind")
    #expect(seen.diagnostics == [])
    #expect(seen.events.map(\.sessionID) == ["u1", "u2"])
    #expect(seen.events.map { $0.texts["url_path"] } == ["/x", "/y"])
    #expect(seen.events[1].texts["event_name"] == "signup")
  }

  @Test func `objects without the needed members are refused with those that they have`() throws {
    let path = try folder.write("other.jsonl", #"{"at":1,"who":{"id":2}}"# + "\n")
    let error = #expect(throws: StoreError.self) { try SeenRows(csv: [path]) }
    #expect(
      error?.description
        == "\(path) lacks the columns session_id, created_at of events; its header has: at, who.id. "
        + "Name the columns to use instead: --map session_id=…,created_at=…")
  }

  @Test func `exports of Google Analytics to BigQuery load as they are`() throws {
    let seen = try rows([
      #"{"event_date":"20260310","event_timestamp":"1773135000123456","event_name":"page_view","event_params":[{"key":"ga_session_id","value":{"string_value":null,"int_value":"1773134000","float_value":null,"double_value":null}},{"key":"page_location","value":{"string_value":"https://shop.example/a?utm_source=n","int_value":null}},{"key":"page_title","value":{"string_value":"A"}},{"key":"engagement_time_msec","value":{"int_value":"100"}}],"user_pseudo_id":"11.22","user_id":null,"device":{"category":"mobile","operating_system":"Android","language":"de-de","web_info":{"browser":"Chrome"}},"geo":{"country":"Germany","city":"Berlin"}}"#,
      #"{"event_timestamp":1773135001123456,"event_name":"purchase","event_params":[{"key":"currency","value":{"string_value":"EUR"}},{"key":"value","value":{"double_value":19.5}},{"key":"page_location","value":{"string_value":"https://shop.example/b"}}],"user_pseudo_id":"11.22"}"#,
    ])
    #expect(seen.diagnostics == [])
    #expect(seen.events.map(\.type) == [1, 2])
    #expect(seen.events.map(\.createdAt) == [1_773_135_000_123, 1_773_135_001_123])
    #expect(seen.events[0].sessionID == "11.22")
    #expect(seen.events[0].visitID == "11.22.1773134000")
    #expect(
      seen.events[0].texts == [
        "hostname": "shop.example", "url_path": "/a", "url_query": "utm_source=n", "utm_source": "n",
        "page_title": "A", "device": "mobile", "os": "Android", "language": "de-de", "browser": "Chrome",
        "country": "Germany", "city": "Berlin",
      ])
    #expect(seen.properties.map(\.key) == ["engagement_time_msec", "currency", "value"])
    #expect(seen.properties.map(\.number) == [1_000_000, nil, 195_000])
  }

  @Test func `exports of PostHog load as they are`() throws {
    let seen = try rows([
      #"{"uuid":"0195","event":"$pageview","distinct_id":"d","timestamp":"2026-03-10T09:30:00.123Z","properties":{"$current_url":"https://shop.example/a","$session_id":"s","$referrer":"$direct","$browser":"Chrome","$os":"Mac OS X","$device_type":"Desktop","$screen_width":1920,"$screen_height":1080,"$geoip_country_code":"DE","$lib":"web","plan":"pro"}}"#,
      #"{"uuid":"0196","event":"signup","distinct_id":"d","timestamp":"2026-03-10 09:31:00","properties":"{\"$current_url\":\"https://shop.example/b\",\"plan\":\"free\"}"}"#,
    ])
    #expect(seen.diagnostics == [])
    #expect(seen.events.map(\.type) == [1, 2])
    #expect(seen.events.map(\.eventID) == ["0195", "0196"])
    #expect(seen.events[0].visitID == "s")
    #expect(
      seen.events[0].texts == [
        "hostname": "shop.example", "url_path": "/a", "browser": "Chrome", "os": "Mac OS X",
        "device": "desktop",
        "screen": "1920x1080", "country": "DE",
      ])
    #expect(seen.events[1].texts == ["hostname": "shop.example", "url_path": "/b", "event_name": "signup"])
    #expect(seen.properties.map(\.string) == ["pro", "free"])
  }

  @Test func `calls of Segment load as they are`() throws {
    let context =
      #""context":{"page":{"url":"https://shop.example/a","referrer":"https://b.example/","title":"A"},"locale":"de-DE","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"}"#
    let seen = try rows([
      #"{"type":"page","anonymousId":"a","messageId":"m1","timestamp":"2026-03-10T09:30:00Z","name":"Home","properties":{"path":"/a","title":"A"},\#(context)}"#,
      #"{"type":"track","anonymousId":null,"userId":"u","messageId":"m2","event":"Order Completed","timestamp":"2026-03-10T09:31:00Z","properties":{"revenue":25},\#(context)}"#,
      #"{"type":"identify","userId":"u","messageId":"m3","timestamp":"2026-03-10T09:31:00Z"}"#,
    ])
    #expect(seen.diagnostics == ["rows.jsonl: left out 1 row that is no event"])
    #expect(seen.events.map(\.sessionID) == ["a", "u"])
    #expect(seen.events.map(\.type) == [1, 2])
    #expect(
      seen.events[0].texts == [
        "hostname": "shop.example", "url_path": "/a", "referrer_domain": "b.example",
        "page_title": "A", "language": "de-DE", "browser": "chrome", "os": "Windows 10", "device": "desktop",
      ])
    #expect(seen.events[1].texts["event_name"] == "Order Completed")
    #expect(seen.properties.map(\.key) == ["revenue"])
  }

  @Test func `a row without an address does not get that of the row before`() throws {
    func check(_ first: String, _ second: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let seen = try rows([first, second])
      #expect(seen.diagnostics == [], sourceLocation: sourceLocation)
      try #require(seen.events.count == 2, sourceLocation: sourceLocation)
      #expect(seen.events[0].texts["url_path"] == "/secret", sourceLocation: sourceLocation)
      for column in ["url_path", "url_query", "utm_source", "hostname", "referrer_domain"] {
        #expect(seen.events[1].texts[column] == nil, "\(column)", sourceLocation: sourceLocation)
      }
    }
    let address = "https://WWW.shop.example/secret?utm_source=mail"
    try check(
      #"{"session_id":"a","created_at":1500000000,"url":"\#(address)","referrer":"https://b.example/"}"#,
      #"{"session_id":"b","created_at":1500000000}"#)
    try check(
      #"{"event":"e","distinct_id":"a","timestamp":"2026-03-10","properties":{"$current_url":"\#(address)","$referrer":"https://b.example/"}}"#,
      #"{"event":"e","distinct_id":"b","timestamp":"2026-03-10","properties":{}}"#)
    try check(
      #"{"type":"track","anonymousId":"a","event":"e","timestamp":"2026-03-10","context":{"page":{"url":"\#(address)","referrer":"https://b.example/"}}}"#,
      #"{"type":"track","anonymousId":"b","event":"e","timestamp":"2026-03-10"}"#)
    try check(
      #"{"event_timestamp":1773135001123456,"event_name":"e","event_params":[{"key":"page_location","value":{"string_value":"\#(address)"}}],"user_pseudo_id":"a"}"#,
      #"{"event_timestamp":1773135001123456,"event_name":"e","event_params":[],"user_pseudo_id":"b"}"#)
  }

  @Test func `properties belong to their events, also of events without an id, served and imported`() throws {
    let lines = (0..<200).map { number in
      #"{"session_id":"s\#(number % 7)","created_at":\#(1_500_000_000 + number * 60),"event_name":"e\#(number % 3)","data":{"n":\#(number),"k":"v\#(number % 5)"}}"#
    }
    let path = try folder.write("rows.jsonl", lines.joined(separator: "\n"))
    func counts(_ paths: [String], threads: Int, chunkBytes: Int) throws -> [Int] {
      var options = OpenOptions()
      options.threads = threads
      options.chunkBytes = chunkBytes
      let lines = Lines()
      let snapshot = try EventStore.open(paths, options: options, diagnostics: lines.add).snapshot()
      let columns = try #require(try snapshot.columns(of: ReadingRules.nilUUID))
      #expect(lines.all == [])
      return [
        columns.partitions.reduce(0) { $0 + $1.rowCount },
        columns.partitions.reduce(0) { $0 + $1.properties.keys.count },
      ]
    }
    #expect(try counts([path], threads: 1, chunkBytes: 1 << 20) == [200, 400])
    #expect(try counts([path], threads: 3, chunkBytes: 777) == [200, 400])
    let store = folder.file("store.db")
    for (events, properties) in [(200, 400), (0, 0)] {
      let summary = try importFiles([path], into: store) { _ in }
      #expect(summary.events.added == events)
      #expect(summary.properties.added == properties)
    }
    #expect(try counts([store], threads: 1, chunkBytes: 1 << 20) == [200, 400])
  }
}

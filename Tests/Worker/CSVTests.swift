import JSON
import Testing

@testable import Worker

/// Results as CSV: the examples of all schemas, and cells of every kind.
@Suite struct CSVTests {
  private let cache = SchemaCache()

  private func csv(_ method: Method, _ result: JSONValue, _ params: JSONObject = [:]) -> String? {
    csvText(ResultTable(result, schema: ResultSchema(of: method, cache, params)))
  }

  @Test func `a result with that for another range has the rows of both`() throws {
    let result = try JSONValue(
      parsing: #"""
        {"result":[{"x":"/","y":2}],"comparison":[{"x":"/","y":1}],"range":{},"comparisonRange":{}}
        """#)
    let text = csvText(ResultTable(compared: result, schema: ResultSchema(of: .metrics, cache)))
    #expect(text == "range,x,y\r\nresult,/,2\r\ncomparison,/,1\r\n")
  }

  @Test func `a series for each value has a row for each point`() throws {
    let result = try JSONValue(
      parsing: #"""
        [{"value":"a","series":[{"t":"1","visitors":2,"complete":true},{"t":"2","visitors":3,"complete":true}]},
         {"rest":true,"series":[]},{"t":"3","complete":false}]
        """#)
    let lines = try #require(csv(.series, result)).split(separator: "\r\n").map(String.init)
    #expect(
      lines == [
        "t,pageviews,visitors,visits,bounces,totaltime,events,complete,value,rest", "1,,2,,,,,true,a,",
        "2,,3,,,,,true,a,", "3,,,,,,,false,,",
      ])
  }

  @Test func `a funnel with options has rows for steps, for those of each value, and for units`() throws {
    let result = try JSONValue(
      parsing: #"""
        {"steps":[{"type":"url","value":"/","visitors":2,"previous":0,"dropped":0,"dropoff":null,"remaining":1,
          "timing":{"fromFirst":{"count":1,"median":7}},"next":[{"item":"/x","visitors":1}]}],
         "breakdown":[{"value":"DE","steps":[{"type":"url","value":"/","visitors":1},{"type":"url","value":"/b","visitors":0}]},
          {"rest":true,"steps":[{"type":"url","value":"/","visitors":1}]}]}
        """#)
    let lines = try #require(csv(.funnel, result)).split(separator: "\r\n").map(String.init)
    #expect(
      lines == [
        "part,type,value,visitors,previous,dropped,dropoff,remaining,rest,steps.value,timing.fromFirst.count,timing.fromFirst.median,next",
        #"steps,url,/,2,0,0,,1,,,1,7,"[{""item"":""/x"",""visitors"":1}]""#,
        "breakdown,url,DE,1,,,,,,/,,,", "breakdown,url,DE,0,,,,,,/b,,,", "breakdown,url,,1,,,,,true,/,,,",
      ])
  }

  @Test func `the tables of a breakdown are parts, with what is cut off as a row`() throws {
    let result = try JSONValue(
      parsing: #"""
        {"chart":[],"country":[],"total":{"sum":3,"count":2,"unique_count":2},"table":[],
         "by":[{"name":"channel","rows":[{"name":"Email","sum":2,"count":1,"unique_count":1}],
          "rest":{"rest":true,"sum":1,"count":1,"unique_count":1}},{"name":"country","rows":[]}]}
        """#)
    let lines = try #require(csv(.revenue, result)).split(separator: "\r\n").map(String.init)
    #expect(
      lines == [
        "part,x,t,y,name,value,sum,count,unique_count,currency,rest", "total,,,,,,3,2,2,,",
        "by.channel,,,,Email,,2,1,1,,", "by.channel,,,,,,1,1,1,,true",
      ])
  }

  @Test func `the credits of models are parts, with what is left and the total as parts of their own`() throws
  {
    let result = try JSONValue(
      parsing: #"""
        {"credit":[{"by":"channel","rows":[{"name":"Email","visitors":3,"assisted":1,"last":{"conversions":2,"value":7}}],
          "rest":{"rest":true,"visitors":1,"assisted":0,"last":{"conversions":1,"value":0.5}},
          "unattributed":{"conversions":0,"value":0},"total":{"conversions":3,"value":7.5}},
         {"by":"country","rows":[],"unattributed":{"conversions":1},"total":{"conversions":1}}],
         "total":{"pageviews":4,"visitors":3,"visits":3}}
        """#)
    let lines = try #require(csv(.attribution, result)).split(separator: "\r\n").map(String.init)
    #expect(
      lines == [
        "part,pageviews,visitors,visits,name,assisted,conversions,last.conversions,last.value,rest,value",
        "total,4,3,3,,,,,,,", "credit.channel,,3,,Email,1,,2,7,,", "credit.channel,,1,,,0,,1,0.5,true,",
        "credit.channel.unattributed,,,,,,0,,,,0", "credit.channel.total,,,,,,3,,,,7.5",
        "credit.country.unattributed,,,,,,1,,,,", "credit.country.total,,,,,,1,,,,",
      ])
  }

  @Test func `campaign parameters with several numbers have a column for each`() throws {
    let result: JSONValue = ["utm_source": ["a": ["views": 3, "visitors": 2, "visits": 1]], "ref": [:]]
    #expect(csv(.utm, result) == "part,name,views,visitors,visits\r\nutm_source,a,3,2,1\r\n")
  }

  @Test func `metrics that a request names are the columns, in its order, and goals have columns each`()
    throws
  {
    let rows: JSONValue = [
      [
        "bounceRate": nil, "visitors": 3,
        "goals": [["visitors": 1, "rate": .double(0.5)], ["visitors": 0, "rate": 0]],
        "country": "DE",
      ],
      ["bounceRate": 1, "visitors": 1, "goals": [], "country": "AT"],
    ]
    let params: JSONObject = ["metrics": ["bounceRate", "visitors"]]
    let goals = "goals.1.visitors,goals.1.rate,goals.2.visitors,goals.2.rate"
    let text = csv(.insights, rows, params)
    #expect(
      text == "bounceRate,visitors,\(goals),country\r\n,3,1,0.5,0,0,DE\r\n1,1,,,,,AT\r\n")
    let whole = csv(.insights, ["rows": [], "count": 0, "total": ["bounceRate": 1, "visitors": 2]], params)
    #expect(whole == "part,bounceRate,visitors\r\ntotal,1,2\r\n")
    #expect(csv(.insights, [], params) == "bounceRate,visitors\r\n")
    #expect(csv(.insights, [], ["metrics": []]) == "views,visitors,visits,bounces,totaltime\r\n")
    #expect(csv(.series, [], ["metrics": ["events", "visits"]]) == "t,events,visits,complete\r\n")
  }

  @Test(
    arguments: [
      (
        .series, #"[{"t":"1","bounceRate":0.5,"complete":true}]"#, ["metrics": ["bounceRate"]],
        ["t,bounceRate,complete", "1,0.5,true"]
      ),
      (
        .series, #"[{"rest":true,"series":[{"t":"1","visitors":2,"complete":true}]}]"#,
        ["metrics": ["visitors"]], ["t,visitors,complete,rest", "1,2,true,true"]
      ),
      (
        .metrics, #"[{"x":"BE","y":2,"country":"DE"},{"x":"BE","y":1,"country":""}]"#, [:],
        ["x,y,country", "BE,2,DE", "BE,1,"]
      ),
      (
        .retention, #"[{"date":"1","period":0,"visitors":2,"returnVisitors":2,"percentage":100}]"#, [:],
        ["date,period,visitors,returnVisitors,percentage", "1,0,2,2,100"]
      ),
      (
        .retention,
        #"{"rows":[{"date":"1","period":0,"visitors":2,"returnVisitors":2,"percentage":100,"complete":true}]}"#,
        [:], ["date,period,visitors,returnVisitors,percentage,complete", "1,0,2,2,100,true"]
      ),
      (
        .retention,
        #"{"rows":[],"total":[{"period":0,"cohorts":1,"visitors":2,"returnVisitors":2,"percentage":100}]}"#,
        [:],
        ["part,date,day,visitors,returnVisitors,percentage,period,cohorts", "total,,,2,2,100,0,1"]
      ),
      (
        .funnel, #"{"steps":[],"trend":[{"t":"1","entered":1,"converted":1,"rate":1,"complete":true}]}"#, [:],
        [
          "part,type,value,visitors,previous,dropped,dropoff,remaining,t,entered,converted,rate,complete",
          "trend,,,,,,,,1,1,1,1,true",
        ]
      ),
      (
        .journey,
        #"{"nodes":[{"step":1,"item":"","count":1,"exits":0,"cut":0},{"step":1,"item":null,"count":1,"exits":0,"cut":0,"rest":true}],"links":[{"step":1,"from":null,"to":"","count":1},{"step":1,"from":"","to":null,"count":1}]}"#,
        [:],
        [
          "part,step,item,count,exits,cut,rest,from,to,fromRest,toRest", "nodes,1,,1,0,0,,,,,",
          "nodes,1,,1,0,0,true,,,,", "links,1,,1,,,,,,true,", "links,1,,1,,,,,,,true",
        ]
      ),
    ] as [(Method, String, JSONObject, [String])])
  func `members that only options add have columns if they are there`(
    method: Method, result: String, params: JSONObject, lines: [String]
  ) throws {
    let text = csv(method, try JSONValue(parsing: Array(result.utf8)), params)
    #expect(text == lines.map { "\($0)\r\n" }.joined())
  }

  @Test func `hours of the week have the weekday in the first column`() throws {
    let hours = (0..<24).map { JSONValue.integer($0) }
    let text = try #require(csv(.weeklySessions, .array(Array(repeating: .array(hours), count: 7))))
    let numbers = (0..<24).map { "\($0)" }.joined(separator: ",")
    let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    #expect(text.split(separator: "\r\n") == (["weekday"] + days).map { "\($0),\(numbers)" })
  }

  @Test func `a saved report and the command have the columns of its metrics`() throws {
    let worker = try TestWorker()
    let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]
    let params: JSONValue = [
      "dateRange": range, "fields": [["name": "url"]], "metrics": ["visits", "share"],
      "goals": [["type": "url", "value": "/x"]],
    ]
    let text = "visits,share,url,goals.1.visitors,goals.1.rate\r\n1,1,/,1,1\r\n1,1,/x,1,1\r\n"
    _ = worker.ask("reports.create", ["type": "insights", "name": "x", "parameters": params])
    #expect(worker.ask("reports.run", ["reportId": "report-1", "format": "csv"])["text"]?.string == text)
  }

  static let examples: [(String, [String])] = [
    (
      "reports.utm",
      [
        #"part,name,value"#,
        #"utm_source,google,1"#,
        #"utm_medium,referral,1"#,
        #"utm_campaign,spring-16,1"#,
        #"utm_term,privacy,1"#,
        #"utm_agid,12345,1"#,
      ]
    ),
    (
      "reports.revenue",
      [
        #"part,x,t,y,name,value,sum,count,unique_count,currency"#,
        #"chart,purchase,2026-02-28T23:00:00Z,166.92,,,,,,"#,
        #"country,,,,JP,94.86,,,,"#,
        #"country,,,,FR,52.57,,,,"#,
        #"country,,,,US,19.49,,,,"#,
        #"total,,,,,,166.92,4,3,"#,
        #"table,,,,,,765.51,22,20,USD"#,
        #"table,,,,,,661.26,8,8,EUR"#,
        #"table,,,,,,166.92,4,3,GBP"#,
      ]
    ),
    (
      "reports.currencies",
      [
        #"currency"#,
        #"EUR"#,
        #"GBP"#,
        #"USD"#,
      ]
    ),
    (
      "reports.journey",
      [
        #"items.1,items.2,items.3,count"#,
        #"/,/pricing,,1"#,
      ]
    ),
    (
      "reports.retention",
      [
        #"date,day,visitors,returnVisitors,percentage"#,
        #"2026-03-27T23:00:00Z,0,10,10,100"#,
        #"2026-03-27T23:00:00Z,1,10,2,20"#,
        #"2026-03-28T23:00:00Z,0,8,8,100"#,
      ]
    ),
    (
      "reports.insights",
      [
        #"views,visitors,visits,bounces,totaltime,country,device"#,
        #"6,1,1,0,280,DE,mobile"#,
      ]
    ),
    (
      "reports.goals",
      [
        #"type,value,goal,result,property,operator"#,
        #"url,/blog*,10,22,,"#,
        #"event-data,purchase,100,182.13,revenue,sum"#,
      ]
    ),
    (
      "reports.funnel",
      [
        #"type,value,visitors,previous,dropped,dropoff,remaining"#,
        #"url,/,53,0,0,,1"#,
        #"url,/pricing,6,53,47,0.8867924528301887,0.11320754716981132"#,
      ]
    ),
    (
      "reports.attribution",
      [
        #"part,name,value,pageviews,visitors,visits"#,
        #"referrer,google.com,3,,,"#,
        #"referrer,duckduckgo.com,1,,,"#,
        #"referrer,facebook.com,1,,,"#,
        #"utm_source,google,1,,,"#,
        #"utm_source,yahoo.de,1,,,"#,
        #"utm_medium,email,1,,,"#,
        #"utm_medium,referral,1,,,"#,
        #"utm_campaign,spring-16,1,,,"#,
        #"utm_campaign,spring-17,1,,,"#,
        #"utm_content,info-email-1,1,,,"#,
        #"utm_term,privacy,1,,,"#,
        #"total,,,12,9,10"#,
      ]
    ),
    (
      "reports.list",
      [
        #"id,userId,websiteId,type,name,description,parameters,createdAt,updatedAt,website.domain"#,
        #"0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11,00000000-0000-0000-0000-000000000000,6abed004-6a21-4968-9a30-6f409f07267c,goals,Front page,,"{""dateRange"":{""startDate"":""2026-03-10T00:00:00+01:00"",""endDate"":""2026-03-10T23:59:59.999+01:00""},""goals"":[{""type"":""url"",""value"":""/"",""goal"":10}]}",2026-11-23T06:35:03.477Z,2026-11-23T06:35:03.477Z,example.com"#,
      ]
    ),
    (
      "reports.get",
      [
        #"id,userId,websiteId,type,name,description,parameters,createdAt,updatedAt,notice"#,
        #"0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11,00000000-0000-0000-0000-000000000000,6abed004-6a21-4968-9a30-6f409f07267c,goals,Front page,,"{""dateRange"":{""startDate"":""2026-03-10T00:00:00+01:00"",""endDate"":""2026-03-10T23:59:59.999+01:00""},""goals"":[{""type"":""url"",""value"":""/"",""goal"":10}]}",2026-11-23T06:35:03.477Z,2026-11-23T06:35:03.477Z,"#,
      ]
    ),
    (
      "reports.create",
      [
        #"id,userId,websiteId,type,name,description,parameters,createdAt,updatedAt,notice"#,
        #"0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11,00000000-0000-0000-0000-000000000000,6abed004-6a21-4968-9a30-6f409f07267c,goals,Front page,,"{""dateRange"":{""startDate"":""2026-03-10T00:00:00+01:00"",""endDate"":""2026-03-10T23:59:59.999+01:00""},""goals"":[{""type"":""url"",""value"":""/"",""goal"":10}]}",2026-11-23T06:35:03.477Z,2026-11-23T06:35:03.477Z,Reports of CSV files are kept in memory only; this one is lost when the process ends."#,
      ]
    ),
    (
      "reports.update",
      [
        #"id,userId,websiteId,type,name,description,parameters,createdAt,updatedAt,notice"#,
        #"0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11,00000000-0000-0000-0000-000000000000,6abed004-6a21-4968-9a30-6f409f07267c,goals,Front page,Seen as often as we want?,"{""dateRange"":{""startDate"":""2026-03-10T00:00:00+01:00"",""endDate"":""2026-03-10T23:59:59.999+01:00""},""goals"":[{""type"":""url"",""value"":""/"",""goal"":10}],""expect"":[{""path"":""/0/result"",""operator"":""gte"",""value"":3}]}",2026-11-23T06:35:03.477Z,2026-11-23T06:35:03.482Z,"#,
      ]
    ),
    (
      "reports.delete",
      [
        #"result"#,
        #"ok"#,
      ]
    ),
    (
      "websites.list",
      [
        #"id,name,domain,events,firstEvent,lastEvent"#,
        #"6abed004-6a21-4968-9a30-6f409f07267c,example.com,example.com,2850,2026-03-01T00:10:19Z,2026-05-02T21:51:13Z"#,
      ]
    ),
    (
      "store.inspect",
      [
        #"part,number,file,table,format,separator,encoding,compression,kind,rows,events,properties,firstEvent,lastEvent,error,map,name,readAs.1,suggestion,example,reason,column,lines.1,message"#,
        #"files,1,visits.csv,,csv,semicolon,utf-8,,website_event,4,2,0,2026-03-01T10:00:00Z,2026-03-01T10:01:00Z,,url=page,,,,,,,,"#,
        #"columns,1,visits.csv,,,,,,,,,,,,,,session_id,session_id,,ann,,,,"#,
        #"columns,1,visits.csv,,,,,,,,,,,,,,created_at,created_at,,2026-03-01 10:00:00,,,,"#,
        #"columns,1,visits.csv,,,,,,,,,,,,,,event_id,event_id,,1,,,,"#,
        #"columns,1,visits.csv,,,,,,,,,,,,,,page,,url,/a,,,,"#,
        #"problems,1,visits.csv,,,,,,,1,,,,,,,,,,,missing,session_id,4,session_id is empty"#,
        #"problems,1,visits.csv,,,,,,,1,,,,,,,,,,,duplicate,event_id,5,skipped: an earlier event has the same event_id"#,
        #"problems,1,visits.csv,,,,,,,4,,,,,,,,,,,ignoredColumn,page,,page is not read; --map url=page reads it"#,
      ]
    ),
    // Like any list, that of the events that were rejected.
    ("events.append", [#"index"#]),
  ]

  @Test(arguments: examples) func `each example of a result is a table`(name: String, lines: [String]) throws
  {
    let method = try #require(Method.all.first { $0.name == name })
    let result = try #require(cache.document("\(name).result.json")["examples"]?.array?.first)
    #expect(csv(method, result) == lines.map { "\($0)\r\n" }.joined())
  }

  @Test func `the example of every method makes a table`() throws {
    for method in Method.all where method.name != Method.discover.name && method.name != Method.runReport.name
    {
      let result = try #require(cache.document("\(method.name).result.json")["examples"]?.array?.first)
      let text = try #require(csv(method, result))
      #expect(text.hasSuffix("\r\n") && !text.hasPrefix("\r"), "\(method.name)")
    }
  }

  @Test(
    arguments: [
      (Method.utm, [:], "part,name,value"),
      (.goals, [], "type,value,goal,result"),
      (.journey, [], "count"),
      (.insights, [], "views,visitors,visits,bounces,totaltime"),
      (
        .listReports, ["data": [], "count": 0, "page": 1, "pageSize": 10],
        "id,userId,websiteId,type,name,description,parameters,createdAt,updatedAt,website.domain"
      ),
    ] as [(Method, JSONValue, String)])
  func `a result without rows has its columns`(method: Method, result: JSONValue, line: String) {
    #expect(csv(method, result) == "\(line)\r\n")
  }

  @Test func `cells are quoted only if necessary`() {
    let values: [(JSONValue, String)] = [
      ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
      ("two\nlines", "\"two\nlines\""),
      ("two\r\nlines", "\"two\r\nlines\""), ("", ""), (" é漢 ", " é漢 "), (nil, ""), (true, "true"), (1, "1"),
      (.decimal(.init(significand: 1250, scale: 2)), "12.5"), ([], ""), ([[1]], "[[1]]"), ([:], "{}"),
      (["a": [1, "x"]], "\"{\"\"a\"\":[1,\"\"x\"\"]}\""),
    ]
    for (value, cell) in values {
      let lines = csv(.goals, [["type": "url", "value": value, "goal": 1, "result": 2]])
      #expect(lines == "type,value,goal,result\r\nurl,\(cell),1,2\r\n")
    }
  }

  @Test func `members that the schema does not declare come last`() {
    #expect(
      csv(
        .goals,
        [
          ["label": "A", "type": "url", "value": "/", "goal": 1, "result": 2],
          ["type": "url", "value": "/", "goal": 1, "property": "p", "result": 3, "list": [4, 5]],
        ]) == "type,value,goal,result,label,property,list.1,list.2\r\nurl,/,1,2,A,,,\r\nurl,/,1,3,,p,4,5\r\n")
  }

  @Test func `every result is CSV if the params request it`() throws {
    let worker = try TestWorker()
    let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]
    let params: JSONValue = ["dateRange": range, "steps": 3, "format": "csv"]
    let csv: JSONValue = [
      "contentType": "text/csv; charset=utf-8; header=present",
      "text": "items.1,items.2,items.3,count\r\n/,/x,,1\r\n",
    ]
    #expect(worker.ask("reports.journey", params) == csv)
    _ = worker.ask(
      "reports.create", ["type": "journey", "name": "x", "parameters": ["dateRange": range, "steps": 3]])
    #expect(worker.ask("reports.run", ["reportId": "report-1", "format": "csv"]) == csv)
    #expect(worker.ask("reports.run", ["reportId": "report-1", "format": "json"])[at: 0]?["count"] == 1)
    for format: JSONValue in ["xml", 5, []] {
      let error = worker.ask("websites.list", ["format": format])
      #expect(error["code"] == -32602)
      let sentence = #"/format must be one of "json", "csv", "html", "svg""#
      #expect(error["message"]?.string?.contains(sentence) == true)
    }
  }
}

import Foundation
import JSON
import TestSupport
import Testing

/// `footfall` on a server's tables, as its users run it.
@Suite(.serialized, .enabled(if: TestServer.isInstalled)) struct ServerStoreTests {
  private static let examples = BuiltBinary.checkout.appendingPathComponent("examples")
  private static let program = BuiltBinary.url.deletingLastPathComponent()
    .appendingPathComponent("footfall-clickhouse")
  private static let env = URL(fileURLWithPath: "/usr/bin/env")

  /// A server that has the example events in the database `umami`, or the given ones.
  private func server(
    _ files: [String] = ["website_event.csv", "event_data.csv"], loading options: [String] = []
  ) throws -> TestServer {
    let server = try TestServer()
    var arguments = [
      "python3", BuiltBinary.checkout.appendingPathComponent("Tests/ClickHouse/load.py").path, "--url",
      "http://127.0.0.1:\(server.port)", "--compare",
    ]
    arguments += options
    for file in files {
      arguments += [file.contains("data") ? "--event-data" : "--events"]
      arguments += [file.hasPrefix("/") ? file : Self.examples.appendingPathComponent(file).path]
    }
    let outcome = try BuiltBinary.run(arguments, executable: Self.env)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return server
  }

  private func address(_ server: TestServer) -> String {
    "clickhouse://127.0.0.1:\(server.port)/umami?arrival=arrival"
  }

  private func replies(_ requests: String, _ server: TestServer, options: [String] = []) throws -> [JSONValue]
  {
    let outcome = try BuiltBinary.run(
      ["serve", address(server)] + options, input: Data(requests.utf8), in: Self.examples)
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    return try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
  }

  /// Whether an error says that a request cannot be answered where the events are.
  private func isRefused(_ reply: JSONValue) -> Bool {
    reply["error"]?["code"] == -32602
      && reply["error"]?["message"]?.string?.contains("cannot be computed where these events are") == true
  }

  @Test func `the examples are answered as from files, or refused with the option's name`() throws {
    try checkExamples(try server())
  }

  @Test func `sessions whose events lie on two shards are counted as on one`() throws {
    // Two databases with every second row each, and views over both.
    try checkExamples(try server(loading: ["--split", "2"]))
  }

  private func checkExamples(_ server: TestServer) throws {
    func lines(_ name: String) throws -> [String] {
      try String(contentsOf: Self.examples.appendingPathComponent(name), encoding: .utf8)
        .split(separator: "\n").map(String.init)
    }
    let requests = try lines("requests.ndjson")
    let expected = try lines("replies.ndjson")
    let outcome = try BuiltBinary.run(
      ["serve", address(server)], input: Data(requests.map { $0 + "\n" }.joined().utf8),
      in: Self.examples)
    var refused: [String] = []
    for (reply, expected) in zip(outcome.lines, expected) where reply != expected {
      let (got, wanted) = (
        try JSONValue(parsing: Array(reply.utf8)), try JSONValue(parsing: Array(expected.utf8))
      )
      let isSavedReport = wanted.description.contains("\"createdAt\"")
      if isRefused(got) {
        refused.append(got["id"]?.description ?? "")
      } else {
        #expect(isSavedReport && got["result"] != nil, "\(reply)\n\(expected)")
      }
    }
    withExtendedLifetime(server) {}
    // Those that page Sources/ClickHouse/README.md lists.
    #expect(outcome.lines.count == expected.count && refused.isEmpty, "\(refused)")
  }

  @Test func `credits of attribution models are as from files`() throws {
    let models = #""models":["first","last","lastNonDirect","linear","position","timeDecay","shapley"]"#
    let options = [
      #""rest":true,"limit":2,"by":["channel","entry","country"]"#,
      #""conversions":"every","currency":"EUR","rest":true,"limit":1,"by":["referrer","channel"]"#,
      #""conversions":"first","weights":[0,50,0],"halfLife":0.5,"lookback":1.5"#,
      #""conversions":"every","weights":[7,3,11],"limit":1000,"by":["path"]"#,
      #""currency":"XXX","rest":true"#,
      #""rest":true,"limit":1,"filters":[{"name":"country","operator":"eq","value":"DE"}]"#,
    ]
    let steps = #"[{"type":"event","value":"purchase"},{"type":"url","value":"/p*"}]"#
    let requests = options.map {
      #"{"jsonrpc":"2.0","id":1,"method":"reports.attribution","params":{"dateRange":{"startDate":"2026-03-01","endDate":"2026-03-31"},"timezone":"Europe/Berlin","steps":\#(steps),\#(models),\#($0)}}"#
        + "\n"
    }.joined()
    let server = try server()
    let answers = try replies(requests, server)
    let files = try BuiltBinary.run(
      ["serve", "website_event.csv", "event_data.csv"], input: Data(requests.utf8), in: Self.examples)
    let expected = try files.lines.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(answers.count == options.count && answers.count == expected.count)
    for (answer, expected) in zip(answers, expected) {
      #expect(answer == expected && answer["result"] != nil, "\(answer)\n\(expected)")
    }
    withExtendedLifetime(server) {}
  }

  @Test func `rows that come again between two requests count once`() throws {
    let server = try server()
    let worker = try RunningWorker([address(server)])
    let range = #""dateRange":{"startDate":"2026-03-01","endDate":"2026-03-31"},"timezone":"Europe/Berlin""#
    let goal = #"{"type":"event-data","goal":1,"value":"purchase","property":"revenue","operator":"sum"}"#
    let requests = [
      #"{"jsonrpc":"2.0","id":1,"method":"reports.goals","params":{\#(range),"goals":[\#(goal)]}}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"reports.revenue","params":{\#(range),"currency":"EUR"}}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"websites.stats","params":{\#(range)}}"#,
    ]
    let before = try requests.map(worker.ask)
    #expect(before.allSatisfy { $0.contains("\"result\"") }, "\(before)")
    // From the second time on it is known that nothing repeats.
    #expect(try requests.map(worker.ask) == before)
    for table in ["website_event", "event_data"] {
      try server.run("INSERT INTO umami.\(table) SELECT * FROM umami.\(table)")
      #expect(try requests.map(worker.ask) == before, "\(table)")
      #expect(try requests.map(worker.ask) == before, "\(table)")
    }
    #expect(try worker.stop() == 0)
  }

  @Test func `funnels with options are as from files, but for too many optional steps`() throws {
    let steps =
      #"[{"type":"path","value":"/"},{"type":"path","value":"/p*","optional":true},{"type":"every","filters":[{"name":"url","operator":"c","value":"blog"}],"optional":true},{"type":"every","minWait":2},{"type":"custom"}]"#
    let options = [
      #""window":20,"timing":true,"next":{"limit":3}"#,
      #""window":20,"distinct":true,"timing":true,"trend":{"unit":"day"}"#,
      #""window":null,"windowUnit":"day","totalWindow":3,"timing":true,"next":{},"trend":{"unit":"week"}"#,
      #""totalWindow":40,"exclusions":[{"type":"path","value":"/about*","from":1,"to":3}],"timing":true,"breakdown":{"name":"channel","at":"last","limit":3,"rest":true}"#,
      #""window":30,"scope":"visit","breakdown":{"name":"country","limit":4,"rest":true}"#,
      #""window":10,"order":"strict","next":{},"breakdown":{"name":"property:plan","at":"first"},"trend":{"unit":"month"}"#,
      #""window":60,"breakdown":{"name":"entry","at":"visit","limit":2}"#,
    ]
    func request(_ steps: String, _ members: String) -> String {
      #"{"jsonrpc":"2.0","id":1,"method":"reports.funnel","params":{"dateRange":{"startDate":"2026-03-01","endDate":"2026-03-31"},"timezone":"Europe/Berlin","steps":\#(steps),\#(members)}}"#
        + "\n"
    }
    // The window of the server's statement cannot be that long.
    let farSteps = #"[{"type":"path","value":"/"},{"type":"every","minWait":25},{"type":"custom"}]"#
    let requests =
      options.map { request(steps, $0) }.joined()
      + request(farSteps, #""windowUnit":"day","window":null,"timing":true,"trend":{"unit":"month"}"#)
    let server = try server()
    let answers = try replies(requests, server)
    let files = try BuiltBinary.run(
      ["serve", "website_event.csv", "event_data.csv"], input: Data(requests.utf8), in: Self.examples)
    let expected = try files.lines.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(answers.count == options.count + 1 && answers.count == expected.count)
    for (answer, expected) in zip(answers, expected) {
      #expect(answer == expected && answer["result"] != nil, "\(answer)\n\(expected)")
    }
    let optional = Array(repeating: #"{"type":"every","optional":true}"#, count: 6).joined(separator: ",")
    let manySteps = #"[{"type":"every"},\#(optional),{"type":"every"}]"#
    let refused = try replies(
      request(manySteps, #""window":9"#) + request(manySteps, #""totalWindow":9"#), server)
    #expect(refused.count == 2 && refused[0]["result"] != nil && isRefused(refused[1]), "\(refused)")
  }

  /// The statement in the body of a request: all of it, or, of a form, the value `query`, which comes first.
  private func statement(in body: String) -> String {
    guard body.hasPrefix("--"),
      let form = body.firstMatch(of: /name="query"\r\n\r\n(?<statement>(?s:.)*?)\r\n--/)
    else { return body }
    return String(form.statement)
  }

  @Test func `values of requests reach the server as parameters only`() throws {
    let server = try server()
    let mark = "x'); DROP TABLE website_event; -- {p1:String} \\"
    let text = JSONValue.string(mark).description
    let range = #""dateRange":{"startDate":"2026-03-01","endDate":"2026-03-31"}"#
    let filters = [
      #"{"name":"url","operator":"eq","value":MARK}"#, #"{"name":"url","operator":"neq","value":["a",MARK]}"#,
      #"{"name":"url","operator":"c","value":MARK}"#,
      #"{"name":"property:KEY","operator":"eq","value":MARK}"#,
      #"{"name":"channel","operator":"eq","value":MARK}"#,
      #"{"name":"visitor","operator":"eq","value":MARK}"#,
      #"{"did":{"by":"visitor","filters":[{"name":"event","operator":"eq","value":MARK}]}}"#,
    ].map { #""method":"websites.stats","params":{\#(range),"filters":[\#($0)]}"# }
    let bodies =
      filters + [
        #""method":"reports.goals","params":{\#(range),"goals":[{"type":"url","value":MARK,"goal":1}]}"#,
        #""method":"reports.funnel","params":{\#(range),"window":60,"steps":[{"type":"url","value":MARK},{"type":"event","value":MARK}]}"#,
        #""method":"reports.journey","params":{\#(range),"steps":3,"startStep":MARK}"#,
        #""method":"reports.revenue","params":{\#(range),"currency":MARK}"#,
        #""method":"reports.attribution","params":{\#(range),"model":"firstClick","steps":[{"type":"event","value":MARK}]}"#,
        #""method":"reports.insights","params":{\#(range),"fields":[{"name":"property:KEY"}]}"#,
        #""method":"websites.metrics","params":{\#(range),"type":"path","search":MARK}"#,
        #""method":"websites.values","params":{"type":"url","search":MARK}"#,
        #""method":"websites.stats","params":{\#(range),"websiteId":MARK}"#,
      ]
    let key = String(text.dropFirst().dropLast())
    let requests = bodies.map {
      "{\"jsonrpc\":\"2.0\",\"id\":1,"
        + $0.replacing("MARK", with: text).replacing("KEY", with: key) + "}\n"
    }.joined()
    let answers = try replies(requests, server)
    #expect(answers.count == bodies.count)
    // What the engine could not read would be an error of the store.
    #expect(answers.allSatisfy { $0["error"]?["code"] != 3 }, "\(answers)")
    let sent = try server.requests()
    #expect(sent.count > bodies.count)
    for request in sent {
      let body = try JSONValue(parsing: Array(request.utf8))["body"]?.string ?? ""
      #expect(!statement(in: body).contains("x')"), "\(body)")
    }
    // The table is still there.
    #expect(
      try replies(#"{"id":1,"method":"websites.list"}"# + "\n", server).first?["result"]?.array?.count == 1)
  }

  @Test func `the statements of a report are printed as the server's client reads them`() throws {
    let server = try server()
    let mark = "x'); \\ {p1:String}'"
    let outcome = try BuiltBinary.run([
      "sql", "goals", address(server), "--during", "2026-03", "--goal", "event:signup>=5", "--filter",
      "url!=\(mark)",
    ])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let printed = String(decoding: outcome.output, as: UTF8.self)
    let lines = printed.split(separator: "\n", omittingEmptySubsequences: false)
    let settings = lines.prefix { $0.hasPrefix("SET param_p") }
    let statement = lines.dropFirst(settings.count).joined(separator: "\n")
    #expect(!settings.isEmpty && statement.contains("WITH") && !statement.contains("x')"), "\(printed)")
    // The engine reads the values as they were, and the server takes the statement.
    let script = """
      import re, sys, urllib.parse, urllib.request
      from chdb import session
      engine, values, statement = session.Session(), {}, sys.argv[2]
      for line in re.findall(r"^SET param_.*;\\n", statement, re.M):
          name, value = re.fullmatch(r"SET param_(\\w+) = '(.*)';\\n", line).groups()
          engine.query(line)
          values["param_" + name] = re.sub(r"\\\\(.)", r"\\1", value)
          statement = statement.replace(line, "", 1)
      texts = re.findall(r"\\{(p\\d+):String\\}", statement)
      for name in sorted(set(texts)):
          print(bytes.fromhex(str(engine.query("SELECT hex({" + name + ":String})", "TSV")).strip()).decode())
      query = urllib.parse.urlencode(values | {"database": "umami", "default_format": "JSONCompactEachRow"})
      print(urllib.request.urlopen("http://127.0.0.1:" + sys.argv[1] + "/?" + query, statement.strip(" \\n;").encode()).read())
      """
    let read = try BuiltBinary.run(
      ["python3", "-c", script, "\(server.port)", printed], executable: Self.env)
    #expect(read.exitCode == 0, "\(read.errors)")
    #expect(read.lines.contains(mark) && read.lines.last?.contains("b'[") == true, "\(read.lines)")
    // Without a server there is no statement.
    let files = try BuiltBinary.run(["sql", "utm", "website_event.csv"], in: Self.examples)
    #expect(files.exitCode == 64 && files.errors.contains("ClickHouse server"), "\(files.errors)")
  }

  @Test func `footfall hands an address over to the program beside it, and says what is missing`() throws {
    let server = try server()
    let printed = try BuiltBinary.run(["websites", address(server), "--format", "csv"])
    #expect(printed.exitCode == 0 && String(decoding: printed.output, as: UTF8.self).contains("2850"))
    let folder = try TemporaryFolder()
    let alone = folder.url.appendingPathComponent("footfall")
    try FileManager.default.copyItem(at: BuiltBinary.url, to: alone)
    let missing = try BuiltBinary.run(
      ["websites", address(server)], executable: alone, environment: ["PATH": folder.url.path])
    #expect(missing.exitCode == 64 && missing.errors.contains("footfall-clickhouse, which is neither beside"))
  }

  @Test func `saved reports are kept in memory, or in a file`() throws {
    let server = try server()
    let save =
      #"{"jsonrpc":"2.0","id":1,"method":"reports.create","params":{"type":"utm","name":"Campaigns","parameters":{"dateRange":{"startDate":"2026-03","endDate":"2026-03"}}}}"#
      + "\n"
    let list = #"{"jsonrpc":"2.0","id":2,"method":"reports.list","params":{}}"# + "\n"
    let saved = try replies(save + list, server)
    #expect(saved.last?["result"]?["count"] == 1)
    #expect(saved.first?["result"]?["notice"]?.string?.contains("--reports FILE") == true, "\(saved)")
    #expect(try replies(list, server).last?["result"]?["count"] == 0)
    let folder = try TemporaryFolder()
    let path = folder.path("reports.db")
    #expect(try BuiltBinary.run(["create", path]).exitCode == 0)
    _ = try replies(save, server, options: ["--reports", path])
    #expect(try replies(list, server, options: ["--reports", path]).last?["result"]?["count"] == 1)
  }

  @Test func `options of files and of servers do not mix`() throws {
    for arguments in [
      ["stats", "clickhouse://127.0.0.1:1/x", "--no-cache"],
      ["stats", "clickhouse://127.0.0.1:1/x", "website_event.csv"],
      ["stats", "website_event.csv", "--reports", "reports.db"], ["inspect", "clickhouse://127.0.0.1:1/x"],
    ] {
      let outcome = try BuiltBinary.run(arguments, in: Self.examples)
      #expect(outcome.exitCode == 64, "\(arguments) \(outcome.errors)")
    }
  }

  @Test func `a password comes from a file or the environment, and is in no message`() throws {
    let server = try TestServer(["--user", "reader", "--password", "right"])
    let folder = try TemporaryFolder()
    let address = "clickhouse://reader@127.0.0.1:\(server.port)/umami"
    for (file, environment) in [
      (["--password-file", try folder.file("wrong", "wrong-secret\n")], [:]),
      ([], ["FOOTFALL_CLICKHOUSE_PASSWORD": "wrong-secret"]),
    ] as [([String], [String: String])] {
      let outcome = try BuiltBinary.run(["websites", address] + file, environment: environment)
      #expect(outcome.exitCode == 74 && outcome.errors.contains("refuses the password of user \"reader\""))
      #expect(!outcome.errors.contains("secret"))
    }
    // With the right one, what is wrong is that there are no tables.
    let right = try BuiltBinary.run(
      ["websites", address, "--password-file", try folder.file("right", "right\n")])
    #expect(
      right.exitCode == 65 && right.errors.contains("has no table \"website_event\""), "\(right.errors)")
  }

  @Test(arguments: [
    "name=cut&times=2", "name=garbage&times=2", "name=empty&times=2", "name=memory&times=1",
    "name=status&times=2", "name=error&code=159&times=1",
  ])
  func `a fault of the server is an error with a reason, and the next request is answered`(fault: String)
    throws
  {
    let server = try server()
    try server.fault(fault)
    let request = #"{"id":1,"method":"websites.list"}"# + "\n"
    let outcome = try BuiltBinary.run(
      ["serve", address(server)], input: Data((request + request + request).utf8))
    let replies = try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(replies.first?["error"]?["code"] == 3 && replies.first?["error"]?["data"]?["reason"] != nil)
    #expect(replies.last?["result"]?.array?.count == 1, "\(replies)")
  }
}

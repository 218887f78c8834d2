import Foundation
import JSON
import TestSupport
import Testing

/// Public client libraries talk to the worker. They run where Python has them; CI installs them
/// (`Tests/Clients/requirements.txt`).
@Suite struct PublicClientTests {
  private static let clients = BuiltBinary.checkout.appendingPathComponent("Tests/Clients")

  private static func python(_ arguments: [String]) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["python3"] + arguments, executable: URL(fileURLWithPath: "/usr/bin/env"))
  }

  /// Runs a script of `Tests/Clients` with a worker over the example events, and gives what it printed.
  private func run(_ script: String, _ options: [String] = []) throws -> [String] {
    let events = BuiltBinary.checkout.appendingPathComponent("examples/website_event.csv").path
    let outcome = try Self.python(
      [Self.clients.appendingPathComponent(script).path, BuiltBinary.url.path, "serve", events] + options)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return outcome.lines
  }

  @Test(.enabled(if: BuiltBinary.pythonHas("pygls")))
  func `the client of a language server library gets its replies`() throws {
    #expect(
      try run("language_server.py") == [
        "/ 3", "/pricing 2", "/é漢 0",
        #"-32601 Method not found: "reports.funel"; did you mean "reports.funnel"?"#, "exit 0",
      ])
  }

  // One process for all, since the client takes a second to be loaded.
  @Test(.enabled(if: BuiltBinary.pythonHas("mcp, jsonschema")))
  func `the public client of the tool protocol lists and calls every tool`() throws {
    let modes = [
      ("2026-07-28", "None 2026-07-28"), ("auto", "footfall 2026-07-28"), ("legacy", "footfall 2025-11-25"),
    ]
    let lines = try run("tool_client.py", [modes.map(\.0).joined(separator: ",")])
    let expected = try modes.flatMap { try toolLines(server: $0.1) }
    #expect(lines == expected)
  }

  @Test(.enabled(if: BuiltBinary.pythonHas("agents, google.genai")))
  func `agent software converts the schema of every tool, and models may send null for what they leave out`()
    throws
  {
    let expected = try tools().map { tool in
      let name = tool["name"]?.string ?? ""
      let needsReport = ["get_saved_report", "run_saved_report"].contains(name)
      return "\(name) strict "
        + (needsReport ? #"Unknown report: "none". Call list_saved_reports to see all reports."# : "ok")
    }
    #expect(try run("tool_schemas.py") == expected)
  }

  /// What is printed of one mode.
  private func toolLines(server: String) throws -> [String] {
    let calls = try tools().map { tool in
      let name = tool["name"]?.string ?? ""
      if ["get_saved_report", "run_saved_report"].contains(name) {
        return #"\#(name) NoneType Unknown report: "none". Call list_saved_reports to see all reports."#
      }
      return "\(name) dict ok"
    }
    return [server] + calls + [
      "Invalid arguments:",
      #"- /step is not an argument of funnel_report; did you mean "steps"? It accepts websiteId, dateRange, timezone, filters, compare, steps, window, windowUnit, totalWindow, distinct, exclusions, scope, breakdown, timing, trend, next"#,
      "- /window must be greater than 0, is 0", #"- arguments must have the member "steps""#,
      "-32602 Unknown tool: funel_report; did you mean funnel_report?",
    ]
  }

  private func tools() throws -> [JSONValue] {
    let input = """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      {"jsonrpc":"2.0","id":2,"method":"tools/list"}

      """
    let outcome = try BuiltBinary.run(["serve", "examples/website_event.csv"], input: Data(input.utf8))
    let reply = try JSONValue(parsing: #require(outcome.lines.last))
    return try #require(reply["result"]?["tools"]?.array)
  }

  @Test(.enabled(if: BuiltBinary.pythonHas("openrpc, jsonschema")))
  func `public software reads the description of the methods`() throws {
    let methods = try BuiltBinary.run(["schema"]).lines.filter { $0.hasSuffix(".params.json") }
    #expect(try run("open_rpc.py") == ["1.3.2 \(methods.count)"])
  }
}

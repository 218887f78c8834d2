import Foundation
import JSON
import TestSupport
import Testing

/// The clients, settings and the pipeline of `examples`, run as a person would, and held against their page.
@Suite struct ExampleClientTests {
  /// A file of the examples, and what runs it.
  struct Client: Sendable, CustomTestStringConvertible {
    let file: String
    let needs: [String]
    var testDescription: String { file }

    init(_ file: String, needs: String...) { (self.file, self.needs) = (file, needs) }

    /// What would have to be installed to run it.
    var missing: [String] {
      let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      return needs.filter { name in
        !paths.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
      }
    }
  }

  static let clients = [
    Client("clients/client.py", needs: "python3"), Client("clients/client.mjs", needs: "node"),
    Client("clients/client.sh", needs: "bash", "jq"), Client("clients/client.swift", needs: "swift"),
    Client("pipeline", needs: "make"),
  ]

  private static let runnable = clients.filter(\.missing.isEmpty)
  private static let missing = clients.flatMap(\.missing)
  private static let canMake = runnable.contains { $0.file == "pipeline" }

  /// The client that a command of a page runs.
  static func client(in command: String) -> Client? {
    clients.first { command.contains(" \($0.file) ") }
  }

  private let page: DocumentationPage
  private let reader: ReaderFolder

  init() throws {
    page = try DocumentationPage(path: "examples/README.md")
    reader = try ReaderFolder()
  }

  @Test(.enabled(if: missing.isEmpty, "not installed: \(missing.joined(separator: ", "))"))
  func `all clients can be run here`() {
    #expect(Self.runnable.count == Self.clients.count)
  }

  @Test(arguments: runnable) func `each client prints what the page says`(client: Client) throws {
    let commands = page.commands.filter { Self.client(in: $0.text)?.file == client.file }
    try #require(!commands.isEmpty, "the page does not run \(client.file)")
    for command in commands {
      #expect(!command.printed.isEmpty)
      #expect(try reader.run(command.text) == command.printed, "\(command.text)")
    }
  }

  @Test func `each client is in the folder, fits a page and handles a worker that does not start`() throws {
    let folder = BuiltBinary.checkout.appendingPathComponent("examples/clients")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      Set(files.map { "clients/\($0)" }) == Set(Self.clients.map(\.file).filter { $0.hasPrefix("clients/") }))
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 60, "\(file)")
    }
    for client in Self.runnable where client.file != "pipeline" {
      let command = try #require(page.commands.first { $0.text.contains(" \(client.file) ") }).text
      let broken =
        command.replacing("website_event.csv event_data.csv", with: "nowhere.csv")
        + "; echo \"ended with $?\""
      let printed = try reader.run(broken)
      #expect(printed.contains("footfall: nowhere.csv: no such file"), "\(client.file): \(printed)")
      #expect(
        printed.contains { $0.hasPrefix("ended with ") && $0 != "ended with 0" }, "\(client.file): \(printed)"
      )
    }
  }

  @Test(.enabled(if: canMake, "there is no make"))
  func `a step that fails leaves no replies, one that goes well leaves them all`() throws {
    #expect(
      try reader.run("make -s -C pipeline nightly.replies && wc -l < pipeline/nightly.replies") == ["2"])
    let broken = try reader.run("make -s -C pipeline broken.replies; echo $?; ls pipeline")
    #expect(
      broken.prefix(5) == ["2", "Makefile", "broken.ndjson", "nightly.ndjson", "nightly.replies"], "\(broken)"
    )
  }

  private static let settings = BuiltBinary.checkout.appendingPathComponent("examples/settings")

  @Test func `the settings of each assistant start a tool server, and are on the page`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.settings.path)
    let listed = page.lines.filter {
      $0.hasPrefix("| ") && ($0.hasSuffix(".json` |") || $0.hasSuffix(".toml` |"))
    }
    #expect(listed.count == files.count)
    for file in files {
      #expect(listed.contains { $0.hasSuffix("| `\(file)` |") }, "\(file)")
      let (command, arguments) = try server(file)
      #expect(command == "footfall" && arguments.first == "serve", "\(file)")
      #expect(try toolNames(arguments)?.contains("list_websites") == true, "\(file)")
    }
  }

  /// The command that a file of settings names, and its arguments.
  private func server(_ file: String) throws -> (String?, [String]) {
    let text = try String(contentsOf: Self.settings.appendingPathComponent(file), encoding: .utf8)
    if file.hasSuffix(".toml") {
      // Of TOML's values these two are spelt as in JSON.
      let lines = text.split(separator: "\n").map { $0.components(separatedBy: " = ") }
      #expect(lines.map(\.first) == ["[mcp_servers.footfall]", "command", "args"])
      return (try json(lines[1][1]).string, try strings(json(lines[2][1])))
    }
    let names = ["vscode.json": "servers", "zed.json": "context_servers"]
    let server = try json(text)[names[file] ?? "mcpServers"]?["footfall"]
    return (server?["command"]?.string, try strings(server?["args"]))
  }

  private func json(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), maximumDepth: 64)
  }

  private func strings(_ value: JSONValue?) throws -> [String] {
    try #require(value?.array).compactMap(\.string)
  }

  /// The tools that a server lists which is started as an assistant would over a store of the examples.
  private func toolNames(_ arguments: [String]) throws -> [String]? {
    let store = reader.examples.appendingPathComponent("store.db").path
    if !FileManager.default.fileExists(atPath: store) {
      let imported = try BuiltBinary.run(["import", store, "website_event.csv"], in: reader.examples)
      #expect(imported.exitCode == 0)
    }
    let input = """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      {"jsonrpc":"2.0","id":2,"method":"tools/list"}

      """
    let outcome = try BuiltBinary.run(
      arguments.map { argument in
        ["/path/to/store.db", "${workspaceFolder}/store.db"].contains(argument) ? store : argument
      }, input: Data(input.utf8))
    let tools = try outcome.lines.last.flatMap { try json($0)["result"]?["tools"]?.array }
    return tools?.compactMap { $0["name"]?.string }
  }
}

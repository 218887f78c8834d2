import Foundation
import TestSupport
import Testing

/// What the README shows, done as the reader would do it. Its two long commands are run by CI.
@Suite struct ReadmeTests {
  private let lines: [String]
  private let folder: TemporaryFolder

  init() throws {
    lines = try String(contentsOf: BuiltBinary.checkout.appendingPathComponent("README.md"), encoding: .utf8)
      .components(separatedBy: "\n")
    folder = try TemporaryFolder()
    for name in ["website_event.csv", "event_data.csv"] {
      try FileManager.default.copyItem(
        at: BuiltBinary.checkout.appendingPathComponent("examples/\(name)"),
        to: folder.url.appendingPathComponent(name))
    }
  }

  /// The times at which a report was saved, blotted out.
  private func steady(_ line: String) -> String {
    line.replacing(/"(createdAt|updatedAt)(\\?)":(\\?)"[^"]*"/) { "\"\($0.output.1)\":\"\"" }
  }

  @Test func `every request gets the reply that is printed below it`() throws {
    let requests = lines.filter { $0.hasPrefix("→ ") }.map { String($0.dropFirst(2)) }
    let replies = lines.filter { $0.hasPrefix("← ") }.map { String($0.dropFirst(2)) }
    #expect(requests.count == 17 && replies.count == 17)
    // Appending comes last, and needs a store.
    let (reading, appending) = (Array(requests.dropLast()), [requests[16]])
    #expect(appending[0].contains("events.append"))
    let csv = ["website_event.csv", "event_data.csv"]
    _ = try BuiltBinary.run(["import", "store.db"] + csv, in: folder.url)
    let lines = try answers(csv, reading) + answers(["store.db"], appending)
    #expect(lines.map(steady) == replies.map(steady))
  }

  private func answers(_ store: [String], _ requests: [String]) throws -> [String] {
    let input = Data(requests.map { "\($0)\n" }.joined().utf8)
    return try BuiltBinary.run(["serve"] + store, input: input, in: folder.url).lines
  }

  @Test func `there is a request and a reply for every method`() throws {
    let methods = try BuiltBinary.run(["schema"]).lines.filter { $0.hasSuffix(".params.json") }
      .map { $0.dropLast(".params.json".count) }
    for method in methods {
      #expect(lines.contains("### `\(method)`"))
      // What describes the others has a long reply.
      if method.hasPrefix("rpc.") { continue }
      #expect(lines.contains { $0.hasPrefix("→ ") && $0.contains("\"method\":\"\(method)\"") })
    }
  }

  @Test func `every command of a console block prints what stands below it`() throws {
    let commands = consoleCommands()
    #expect(commands.count == 20)
    for (command, printed) in commands {
      let path = "\(BuiltBinary.url.deletingLastPathComponent().path):/usr/bin:/bin"
      let outcome = try BuiltBinary.run(
        ["-c", command], executable: URL(fileURLWithPath: "/bin/bash"), in: folder.url,
        environment: ["PATH": path, "COLUMNS": "80"])
      let shown = outcome.lines + outcome.errors.split(separator: "\n").map(String.init)
      #expect(shown == printed, "\(command)")
    }
  }

  /// The commands of the blocks marked `console`, in order, each with the lines below it.
  private func consoleCommands() -> [(command: String, printed: [String])] {
    var commands: [(command: String, printed: [String])] = []
    var isConsole = false
    for line in lines {
      if line.hasPrefix("```") {
        isConsole = line == "```console"
      } else if isConsole, line.hasPrefix("$ ") {
        commands.append((String(line.dropFirst(2)), []))
      } else if isConsole, !commands.isEmpty {
        commands[commands.count - 1].printed.append(line)
      }
    }
    return commands
  }

  @Test func `the map names every folder of the sources`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: BuiltBinary.checkout.appendingPathComponent("Sources").path)
    for folder in folders where folder != "CSQLite" {
      #expect(lines.contains { $0.hasPrefix("| `Sources/\(folder)` |") }, "\(folder)")
    }
  }
}

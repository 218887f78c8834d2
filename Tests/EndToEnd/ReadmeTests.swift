import Foundation
import TestSupport
import Testing

/// What the README shows, done as the reader would do it. Its two long commands are run by CI.
@Suite struct ReadmeTests {
  private let readme: ReadmeText
  private var lines: [String] { readme.lines }

  init() throws { readme = try ReadmeText() }

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
    _ = try BuiltBinary.run(["import", "store.db"] + csv, in: readme.folder)
    let answered = try answers(csv, reading) + answers(["store.db"], appending)
    #expect(answered.map(steady) == replies.map(steady))
  }

  private func answers(_ store: [String], _ requests: [String]) throws -> [String] {
    let input = Data(requests.map { "\($0)\n" }.joined().utf8)
    return try BuiltBinary.run(["serve"] + store, input: input, in: readme.folder).lines
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
    // Those that need more than a shell are run by the tests of the clients.
    let commands = readme.consoleCommands().filter { ExampleClientTests.client(in: $0.command) == nil }
    #expect(commands.count == 20)
    for (command, printed) in commands {
      #expect(try readme.run(command) == printed, "\(command)")
    }
  }

  @Test func `the map names every folder of the sources`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: BuiltBinary.checkout.appendingPathComponent("Sources").path)
    for folder in folders where folder != "CSQLite" {
      #expect(lines.contains { $0.hasPrefix("| `Sources/\(folder)` |") }, "\(folder)")
    }
  }
}

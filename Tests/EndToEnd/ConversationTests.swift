import Foundation
import JSON
import TestSupport
import Testing

/// The conversations in `Tests/Conversations`: `→` is what the client sends, `←` the reply, byte for byte. A list
/// of tools is recorded without its tools, which other tests compare with the schemas.
@Suite struct ConversationTests {
  private static let folder = BuiltBinary.checkout.appendingPathComponent("Tests/Conversations")

  @Test(arguments: ["tools-2025-11-25", "tools-2026-07-28"])
  func `a recorded conversation goes as it went`(name: String) throws {
    let lines = try String(contentsOf: Self.folder.appendingPathComponent("\(name).txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let sent = lines.filter { $0.hasPrefix("→ ") }.map { "\($0.dropFirst(2))\n" }.joined()
    let outcome = try BuiltBinary.run(
      ["serve", "website_event.csv", "event_data.csv"], input: Data(sent.utf8),
      in: BuiltBinary.checkout.appendingPathComponent("examples"))
    #expect(outcome.exitCode == 0 && outcome.errors == "")
    let replies = try outcome.lines.map { Self.withoutTime(try Self.withoutTools($0)) }
    #expect(replies == lines.filter { $0.hasPrefix("← ") }.map { Self.withoutTime(String($0.dropFirst(2))) })
  }

  /// The list of websites has the time.
  private static func withoutTime(_ line: String) -> String {
    line.replacing(/now(\\*":\\*"|: )[0-9TZ:.-]+/, with: "now")
  }

  private static func withoutTools(_ line: String) throws -> String {
    var reply = try JSONValue(parsing: Array(line.utf8)).object ?? JSONObject()
    guard var result = reply["result"]?.object, result["tools"]?.array?.isEmpty == false else { return line }
    result["tools"] = []
    reply["result"] = .object(result)
    return JSONValue.object(reply).description
  }
}

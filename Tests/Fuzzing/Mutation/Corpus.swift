import Foundation
import JSON
import TestSupport

/// Inputs to begin with.
enum Corpus {
  /// The files in a target's folder, by name.
  static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
    let folder = BuiltBinary.checkout.appendingPathComponent("Tests/Fuzzing/corpus/\(target.name)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      Array(try Data(contentsOf: folder.appendingPathComponent($0)))
    }
  }

  /// The lines of a file of the checkout, without those that are empty.
  static func lines(of path: String) throws -> [[UInt8]] {
    try Data(contentsOf: BuiltBinary.checkout.appendingPathComponent(path))
      .split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  /// The requests of the examples and of the golden answers, and what clients of the tool server send.
  static func requests() throws -> [[UInt8]] {
    let golden = try lines(of: "Tests/Golden/events/expected.ndjson")
    let conversations = try ["tools-2025-11-25.txt", "tools-2026-07-28.txt"].flatMap {
      try lines(of: "Tests/Conversations/\($0)")
    }
    let sent = Array("→ ".utf8)
    return try lines(of: "examples/requests.ndjson") + golden.compactMap(request)
      + conversations.filter { $0.starts(with: sent) }.map { Array($0.dropFirst(sent.count)) }
  }

  /// A golden line without its answer.
  private static func request(_ line: [UInt8]) -> [UInt8]? {
    guard var request = (try? JSONValue(parsing: line))?.object else { return nil }
    request["result"] = nil
    return JSONValue.object(request).serialized()
  }
}

import Foundation
import TestSupport

/// `server.py`, which serves ClickHouse's HTTP interface over its engine, as a child process.
final class TestServer {
  /// Whether Python has the engine, as `.ci/run` makes sure.
  static let isInstalled = BuiltBinary.pythonHas("chdb")

  private static let env = URL(fileURLWithPath: "/usr/bin/env")
  private let process = Process()
  private let scratch: TemporaryFolder
  let port: Int

  init(_ options: [String] = []) throws {
    scratch = try TemporaryFolder()
    process.executableURL = Self.env
    process.arguments =
      ["python3", BuiltBinary.checkout.appendingPathComponent("Tests/ClickHouse/server.py").path]
      + ["--port", "0", "--log", scratch.path("requests.ndjson")] + options
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      if byte.isEmpty { break }
      line += byte
    }
    let text = String(decoding: line, as: UTF8.self)
    guard let match = text.firstMatch(of: /listening on 127\.0\.0\.1:([0-9]+)/), let port = Int(match.1)
    else { throw TestServerError(description: "server.py wrote \"\(text)\"") }
    self.port = port
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Sets what the next requests meet; see Tests/README.md.
  func fault(_ parameters: String) throws {
    let url = URL(string: "http://127.0.0.1:\(port)/_test/fault?\(parameters)")
    _ = try BuiltBinary.run(["curl", "-sf", url?.absoluteString ?? ""], executable: Self.env)
  }

  /// Runs a statement.
  func run(_ statement: String) throws {
    let outcome = try BuiltBinary.run(
      ["curl", "-sf", "--data-binary", statement, "http://127.0.0.1:\(port)/"], executable: Self.env)
    guard outcome.exitCode == 0 else { throw TestServerError(description: "the server refused \(statement)") }
  }

  /// What runs on the server, as its text says.
  func state() throws -> String {
    let outcome = try BuiltBinary.run(
      ["curl", "-sf", "http://127.0.0.1:\(port)/_test/state"], executable: Self.env)
    return String(decoding: outcome.output, as: UTF8.self)
  }

  /// The requests that it got, a line of JSON each.
  func requests() throws -> [String] {
    try String(contentsOfFile: scratch.path("requests.ndjson"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }
}

struct TestServerError: Error, CustomStringConvertible {
  let description: String
}

import Foundation
import TestSupport
import Testing

/// Public client libraries talk to the worker. They run where Python has them; CI installs them
/// (`Tests/Clients/requirements.txt`).
@Suite struct PublicClientTests {
  private static let clients = BuiltBinary.checkout.appendingPathComponent("Tests/Clients")

  private static func python(_ arguments: [String]) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["python3"] + arguments, executable: URL(fileURLWithPath: "/usr/bin/env"))
  }

  private static func has(_ module: String) -> Bool {
    (try? python(["-c", "import \(module)"]))?.exitCode == 0
  }

  /// Runs a script of `Tests/Clients` with a worker over the example events, and gives what it printed.
  private func run(_ script: String, _ options: [String] = []) throws -> [String] {
    let events = BuiltBinary.checkout.appendingPathComponent("examples/website_event.csv").path
    let outcome = try Self.python(
      [Self.clients.appendingPathComponent(script).path, BuiltBinary.url.path, "serve", events] + options)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return outcome.lines
  }

  @Test(.enabled(if: has("pygls"))) func `the client of a language server library gets its replies`() throws {
    #expect(
      try run("language_server.py") == [
        "/ 2", "/pricing 1", "/é漢 0",
        #"-32601 Method not found: "reports.funel"; did you mean "reports.funnel"?"#, "exit 0",
      ])
  }
}

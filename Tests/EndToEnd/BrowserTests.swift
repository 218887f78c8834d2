import Foundation
import TestSupport
import Testing

/// Chromium opens pages and drawings: `Tests/Browser/check.py` tells what it looks at. It runs where Chromium, its driver
/// and the packages of `Tests/Browser/requirements.txt` are installed; CI installs them.
@Suite struct BrowserTests {
  private static let checks = BuiltBinary.checkout.appendingPathComponent("Tests/Browser/check.py").path

  private static let isInstalled: Bool = {
    let outcome = try? python(["--installed"])
    return outcome?.exitCode == 0
  }()

  private static let isRequired = ProcessInfo.processInfo.environment["CI"] != nil

  private static func python(_ arguments: [String]) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      ["python3", checks] + arguments, executable: URL(fileURLWithPath: "/usr/bin/env"),
      environment: ["PYTHONDONTWRITEBYTECODE": "1"])
  }

  // One browser for all, since it takes a second to start and the memory of many tests.
  @Test(
    .enabled(
      if: isInstalled || isRequired, "needs chromium, chromium-driver and Tests/Browser/requirements.txt"))
  func `a browser finds no fault in pages and drawings`() throws {
    let outcome = try Self.python([BuiltBinary.url.path])
    #expect(outcome.exitCode == 0, "\(String(decoding: outcome.output, as: UTF8.self))\(outcome.errors)")
  }
}

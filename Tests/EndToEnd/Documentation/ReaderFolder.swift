import Foundation
import TestSupport

/// A folder in which commands of the pages can be run as a reader would: those of the front page in the checkout, those
/// of all others in `examples`.
final class ReaderFolder {
  private let scratch: TemporaryFolder
  var examples: URL { scratch.url.appendingPathComponent("examples") }

  init() throws {
    scratch = try TemporaryFolder()
    try FileManager.default.createDirectory(at: examples, withIntermediateDirectories: true)
    let originals = BuiltBinary.checkout.appendingPathComponent("examples")
    // Files that a reader made next to them are not copied.
    for name in ["website_event.csv", "event_data.csv", "clients", "pipeline"] {
      try FileManager.default.copyItem(
        at: originals.appendingPathComponent(name), to: examples.appendingPathComponent(name))
    }
    let pipeline = examples.appendingPathComponent("pipeline")
    for name in try FileManager.default.contentsOfDirectory(atPath: pipeline.path)
    where name.hasSuffix(".replies") {
      try FileManager.default.removeItem(at: pipeline.appendingPathComponent(name))
    }
  }

  /// What a command prints, its errors last.
  func run(_ command: String, of page: String = "examples/README.md") throws -> [String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let outcome = try BuiltBinary.run(
      ["-c", command], executable: URL(fileURLWithPath: "/bin/bash"),
      in: page == "README.md" ? scratch.url : examples,
      environment: [
        "PATH": "\(BuiltBinary.url.deletingLastPathComponent().path):\(path)", "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
      ])
    return outcome.lines + outcome.errors.split(separator: "\n").map(String.init)
  }
}

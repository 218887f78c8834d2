import Foundation
import TestSupport

/// The README, and a folder in which its commands can be run as a reader would in `examples`.
final class ReadmeText {
  let lines: [String]
  private let scratch: TemporaryFolder

  init() throws {
    lines = try String(contentsOf: BuiltBinary.checkout.appendingPathComponent("README.md"), encoding: .utf8)
      .components(separatedBy: "\n")
    scratch = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let examples = BuiltBinary.checkout.appendingPathComponent("examples")
    // What readers have made beside them is theirs.
    for name in ["website_event.csv", "event_data.csv", "clients", "pipeline"] {
      try FileManager.default.copyItem(
        at: examples.appendingPathComponent(name), to: folder.appendingPathComponent(name))
    }
    let pipeline = folder.appendingPathComponent("pipeline")
    for name in try FileManager.default.contentsOfDirectory(atPath: pipeline.path)
    where name.hasSuffix(".replies") {
      try FileManager.default.removeItem(at: pipeline.appendingPathComponent(name))
    }
  }

  var folder: URL { scratch.url.appendingPathComponent("examples") }

  /// The commands of the blocks marked `console`, in order, each with the lines below it.
  func consoleCommands() -> [(command: String, printed: [String])] {
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

  /// What a command prints, its errors last.
  func run(_ command: String) throws -> [String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let outcome = try BuiltBinary.run(
      ["-c", command], executable: URL(fileURLWithPath: "/bin/bash"), in: folder,
      environment: [
        "PATH": "\(BuiltBinary.url.deletingLastPathComponent().path):\(path)", "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
      ])
    return outcome.lines + outcome.errors.split(separator: "\n").map(String.init)
  }
}

public import Foundation

/// The `sqlite3` shell: another program that reads and writes stores.
public enum SQLiteShell {
  public static let url = URL(fileURLWithPath: "/usr/bin/sqlite3")

  /// The lines that statements and the shell's own commands print, without their ends. Others may have locked the
  /// database for a moment, as the last process does that closes it.
  public static func run(_ database: String, _ commands: String...) throws -> [String] {
    let outcome = try BuiltBinary.run(
      ["-batch", "-cmd", ".timeout 10000", database] + commands, executable: url)
    guard outcome.exitCode == 0, outcome.errors.isEmpty else { throw Failure(message: outcome.errors) }
    return outcome.lines
  }

  public struct Failure: Error { public let message: String }
}

import Foundation
import Reporting
import TestSupport
import Testing

@testable import Commands

/// Help, man page and completions, which are computed from one declaration of each command.
@Suite struct UsageTests {
  private static let names = Help.commands.map(\.name)

  @Test(arguments: names) func `every command has help that fits a terminal`(name: String) throws {
    let outcome = try BuiltBinary.run(name.split(separator: " ").map(String.init) + ["--help"])
    #expect(outcome.exitCode == 0 && outcome.errors == "")
    #expect(outcome.lines.first?.hasPrefix("usage: footfall \(name)") == true)
    // Examples are copied, so they stay on one line.
    let examples = outcome.lines.firstIndex { $0.hasPrefix("example") } ?? outcome.lines.endIndex
    #expect(examples < outcome.lines.endIndex)
    for line in outcome.lines[1..<examples] { #expect(line.count <= 80, "\(line)") }
    for option in Help.commands.first(where: { $0.name == name })?.options ?? [] {
      let isDescribed = outcome.lines.contains { $0.hasPrefix("  \(option.name)") }
      let isListed = option.topic != nil && outcome.lines.contains { $0.contains(option.name) }
      #expect(isDescribed || isListed, "\(option.name)")
    }
  }

  @Test func `options that many commands have are described once`() throws {
    let reading = try BuiltBinary.run(["help", "reading"])
    #expect(reading.exitCode == 0 && reading.errors == "")
    let server = try BuiltBinary.run(["help", "server"])
    #expect(server.exitCode == 0 && server.errors == "")
    for option in Help.commands.flatMap(\.options) where option.topic != nil {
      let isDescribed = (reading.lines + server.lines).contains { $0.hasPrefix("  \(option.name)") }
      #expect(isDescribed, "\(option.name)")
    }
    for line in reading.lines + server.lines { #expect(line.count <= 80, "\(line)") }
    let utm = try BuiltBinary.run(["report", "utm", "--help"]).lines
    #expect(utm.contains("options for files of other programs (footfall help reading describes them):"))
  }

  @Test func `help lists every command and every report`() throws {
    let overview = try BuiltBinary.run(["--help"]).lines
    let reports = try BuiltBinary.run(["report", "--help"]).lines
    for name in Self.names {
      let words = name.split(separator: " ")
      let lines = words.count == 1 ? overview : reports
      #expect(lines.contains { $0.hasPrefix("  \(words[words.count - 1]) ") }, "\(name)")
    }
  }

  // MARK: Completions

  private static func completions(_ shell: String) throws -> String {
    String(decoding: try BuiltBinary.run(["completions", shell]).output, as: UTF8.self)
  }

  /// Runs a script in a shell, which reads the completions from the file `$1` first.
  private static func run(
    _ shell: String, _ options: [String], _ script: String, _ arguments: [String] = []
  ) throws -> BuiltBinary.Outcome {
    let folder = try TemporaryFolder()
    let file = try folder.file("completions", try completions(shell))
    return try BuiltBinary.run(
      options + ["-c", script, shell, file] + arguments, executable: URL(fileURLWithPath: "/usr/bin/\(shell)")
    )
  }

  private static func has(_ program: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\(program)")
  }

  @Test(arguments: [
    (["re"], ["report"]), (["report", "f"], ["funnel"]),
    (["report", "funnel", "--st"], ["--step", "--strict"]),
    (["report", "revenue", "x.db", "--unit", "m"], ["minute", "month"]),
    (["report", "insights", "x.db", "--field", "co"], ["country"]),
    (["websites", "x.db", "--format", ""], ["table", "csv", "json", "html", "svg"]),
    (["completions", "f"], ["fish"]),
    (["schema", "reports.fun"], ["reports.funnel.params.json", "reports.funnel.result.json"]),
    (["serve", "--no"], ["--no-cache"]), (["report", "utm", "--from", ""], []),
  ]) func `bash completes commands, reports, options and values`(words: [String], completions: [String])
    throws
  {
    let outcome = try Self.run(
      "bash", [],
      #"source "$1"; shift; COMP_WORDS=(footfall "$@"); COMP_CWORD=$#; _footfall; printf '%s\n' "${COMPREPLY[@]}""#,
      words)
    #expect(outcome.exitCode == 0 && outcome.errors == "")
    #expect(outcome.lines.filter { !$0.isEmpty } == completions)
  }

  @Test func `bash finds no fault in its completions`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("completions", try Self.completions("bash"))
    let outcome = try BuiltBinary.run(["-n", file], executable: URL(fileURLWithPath: "/usr/bin/bash"))
    #expect(outcome.exitCode == 0 && outcome.errors == "")
  }

  @Test(.enabled(if: has("zsh"))) func `zsh completes commands, reports, options and values`() throws {
    // The functions of zsh's completion system are replaced by ones that print what they are given.
    let script = #"""
      compdef() {}
      _describe() { print -l -- "${(@P)2%%:*}" }; compadd() { shift; print -l -- "$@" }; _files() { print files }
      source "$1"; shift; words=(footfall "$@"); CURRENT=$#words; _footfall
      """#
    for (words, expected) in [
      (["re"], "report"), (["report", "f"], "funnel"), (["report", "funnel", "x", "--"], "--step"),
      (["report", "revenue", "x.db", "--unit", ""], "month"),
      (["report", "insights", "x.db", "--field", ""], "country"), (["serve", ""], "files"),
    ] {
      let outcome = try Self.run("zsh", ["-f"], script, words)
      #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
      #expect(outcome.lines.contains(expected), "\(words): \(outcome.lines)")
    }
  }

  @Test(.enabled(if: has("fish"))) func `fish completes commands, reports, options and values`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("completions", try Self.completions("fish"))
    for (line, expected) in [
      ("re", "report"), ("report f", "funnel"), ("report funnel --st", "--step"),
      ("report revenue --unit m", "month"), ("report insights --field co", "country"),
      ("websites --format c", "csv"), ("completions f", "fish"),
    ] {
      let outcome = try BuiltBinary.run(
        ["-N", "-c", "source $argv[1]; complete -C $argv[2]", file, "footfall \(line)"],
        executable: URL(fileURLWithPath: "/usr/bin/fish"), environment: ["HOME": folder.url.path])
      #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
      #expect(
        outcome.lines.contains { $0.split(separator: "\t").first == Substring(expected) },
        "\(line): \(outcome.lines)")
    }
  }

  @Test func `a shell without completions is refused with those that have some`() throws {
    let unknown = try BuiltBinary.run(["completions", "tcsh"])
    #expect(unknown.exitCode == 64)
    #expect(unknown.errors.contains(#"unknown shell "tcsh"; there are completions for bash, zsh, fish"#))
    #expect(try BuiltBinary.run(["completions"]).errors.contains("completions needs the name of a shell"))
  }

  // MARK: The man page

  @Test(.enabled(if: has("man"))) func `the man page renders without warnings and has every option`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("footfall.1", try BuiltBinary.run(["man"]).output)
    let outcome = try BuiltBinary.run(
      ["--warnings", "-E", "ascii", "-P", "cat", "-l", file],
      executable: URL(fileURLWithPath: "/usr/bin/man"),
      environment: ["MANWIDTH": "80", "LC_ALL": "C", "GROFF_NO_SGR": "1"])
    #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
    let text = outcome.lines.joined(separator: "\n")
    for command in Help.commands {
      #expect(text.contains("footfall \(command.name)"), "\(command.name)")
      for option in command.options { #expect(text.contains(option.name), "\(option.name)") }
    }
  }
}

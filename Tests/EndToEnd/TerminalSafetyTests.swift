import Foundation
import TestSupport
import Testing

@testable import Reporting

/// Control characters of data, and of names of files, columns and tables, never reach a terminal.
@Suite struct TerminalSafetyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let paths = [
    "/plain", "/esc\u{1B}[31mred\u{1B}[0m", "/title\u{1B}]0;x\u{7}", "/cr\roverwrite", "/tab\tx",
    "/nl\nline2", "/c1\u{9B}31m",
    "/del\u{7F}", "/\u{202E}gpj.exe", "/\u{2066}iso\u{2069}", "/日本語/ページ", "/👨‍👩‍👧‍👦", "/🇩🇪", "/e\u{301}", "/العربية",
    "/می\u{200C}خواهم", "/क\u{94D}\u{200D}ष",
  ]

  private func run(_ arguments: [String]) throws -> (output: String, errors: String) {
    let outcome = try BuiltBinary.run(arguments, in: folder.url)
    return (String(decoding: outcome.output, as: UTF8.self), outcome.errors)
  }

  private func check(_ text: String, _ location: SourceLocation = #_sourceLocation) {
    for scalar in text.unicodeScalars where scalar != "\n" {
      let isSafe = displayable(String(scalar)) == String(scalar)
      #expect(
        isSafe, "U+\(String(scalar.value, radix: 16)) in \(text.debugDescription)", sourceLocation: location)
    }
  }

  @Test func `values in tables are safe, and their columns stay aligned`() throws {
    let rows = Self.paths.enumerated().map { "s\($0),2025-05-01 10:00:00,\"\($1)\"\n" }.joined()
    let file = try folder.file("e.csv", "session_id,created_at,url_path\n\(rows)")
    for report in [["insights", "--field", "url"], ["journey", "--steps", "3"]] {
      let (table, errors) = try run(["report", report[0], file, "--format", "table"] + report.dropFirst())
      #expect(errors == "")
      check(table)
      let lines = table.split(separator: "\n").dropFirst(2)
      #expect(lines.count == Self.paths.count + 1, "\(table)")
      // The first number ends in the same column everywhere.
      let ends = lines.map { line -> Int in
        let cells = line.matches(of: #/ +(1|views|visits)(?= |$)/#)
        return cells.first.map { displayWidth(String(line[..<$0.range.upperBound])) } ?? -1
      }
      #expect(Set(ends).count == 1 && ends.first != -1, "\(ends)\n\(table)")
      #expect(table.contains("می\u{200C}خواهم") && table.contains("क\u{94D}\u{200D}ष") && table.contains("👨‍👩‍👧‍👦"))
    }
  }

  @Test(arguments: [
    "a\u{1B}[31m", "a\u{1B}]0;pwned\u{7}", "a\u{9B}31m", "a\u{202E}b", "a\tb", "a\rb", "a\u{85}b", "a\u{7F}b",
  ])
  func `names in diagnostics are safe`(name: String) throws {
    let missing = try folder.file("m.csv", "session_id,\(name),url_path\ns1,x,/\n")
    let repeated = try folder.file("r.csv", "session_id,created_at,\(name),\(name)\ns1,2025-05-01,1,2\n")
    let good = try folder.file("\(name).csv", "session_id,created_at\ns1,2025-05-01\ns2,\(name)\n")
    for arguments in [
      ["serve", missing], ["serve", repeated], ["serve", good, "--strict"], ["websites", good],
      ["serve", "\(name).csv", "--map", "url_path=nowhere"], ["serve", good, "--map", name],
      ["serve", good, "--map", "\(name)=x"], ["serve", "nowhere\(name)"], ["create", name], ["create", good],
      [name],
      ["import", "s\(name).db", good], ["report", name], ["serve", "--\(name)"],
      ["inspect", missing], ["inspect", repeated], ["inspect", good],
      ["inspect", good, "--map", "url=\(name)"],
      ["inspect", missing, "--separator", name], ["inspect", missing, "--website", name],
      ["report", "utm", good, "--timezone", name], ["report", "utm", good, "--from", name],
    ] {
      let outcome = try BuiltBinary.run(arguments, in: folder.url)
      check(outcome.errors)
      if arguments[0] != "websites" { check(String(decoding: outcome.output, as: UTF8.self)) }
      #expect(outcome.errors.isEmpty || outcome.errors.hasSuffix("\n"))
    }
  }

  @Test func `replies keep what data has`() throws {
    let file = try folder.file("e.csv", "session_id,created_at,url_path\ns1,2025-05-01,/\u{202E}x\u{9B}\n")
    let request = """
      {"method":"reports.insights","dateRange":{"startDate":"2025","endDate":"2025"},"fields":[{"name":"url"}]}
      {"method":"reports.funnel\u{202E}"}

      """
    let replies = try BuiltBinary.run(["serve", file], input: Data(request.utf8)).lines
    #expect(replies.first?.contains("\"url\":\"/\u{202E}x\u{9B}\"") == true, "\(replies)")
    #expect(replies.last?.contains("reports.funnel\u{202E}") == true, "\(replies)")
  }
}

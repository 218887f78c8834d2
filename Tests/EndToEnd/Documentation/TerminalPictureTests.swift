import Foundation
import TestSupport
import Testing

/// The picture of the front page: what a terminal shows of the example store.
@Suite struct TerminalPictureTests {
  private static let script = URL(fileURLWithPath: "/usr/bin/script")
  private static let commands = [
    "footfall stats store.db --during 2026-04 --compare month",
    "footfall report funnel store.db --step url:/ --step url:/pricing --step event:purchase",
    "footfall report retention store.db --from 2026-03-28 --to 2026-04-04",
  ]

  /// `script` gives a command a terminal.
  private func shown(_ command: String, in reader: URL) throws -> String {
    let folder = BuiltBinary.url.deletingLastPathComponent().path
    let outcome = try BuiltBinary.run(
      ["-qec", "stty columns 92; PATH='\(folder)':$PATH; \(command)", "/dev/null"], executable: Self.script,
      in: reader,
      environment: ["TERM": "xterm-256color", "NO_COLOR": "", "LC_ALL": "C.UTF-8"])
    #expect(outcome.exitCode == 0)
    return String(decoding: outcome.output, as: UTF8.self)
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: script.path), "there is no script(1)"))
  func `the picture of a terminal is what a terminal shows`() throws {
    #if os(Linux)
      let reader = try ReaderFolder()
      _ = try reader.run("footfall import store.db website_event.csv event_data.csv")
      let text = try Self.commands.map { command in
        "\u{1B}[2m$\u{1B}[0m \u{1B}[1m\(command)\u{1B}[0m\n\(try shown(command, in: reader.examples))"
      }
      let picture = TerminalPicture(
        text.joined(separator: "\n").trimmingCharacters(in: .newlines),
        title: "Traffic, a funnel and a retention report in a terminal")
      let difference = try GeneratedFile.difference("examples/terminal.svg") { _ in picture.svg }
      #expect(difference == nil)
    #endif
  }

  @Test func `colours, bars and characters of XML are drawn`() {
    let picture = TerminalPicture(
      "\u{1B}[1ma<b\u{1B}[0m  c\n\u{1B}[36m█▌\u{1B}[0m\u{1B}[48;5;25;38;5;231m 50 \u{1B}[0m", title: "&")
    let lines = picture.svg.split(separator: "\n").map(String.init)
    #expect(lines.contains("<title>&amp;</title>"))
    #expect(lines.contains { $0.contains(#"class="plain bold">a&lt;b</text>"#) })
    #expect(lines.contains { $0.contains(#"x="58" y="29" textLength="8.4" class="plain">c</text>"#) })
    #expect(lines.contains(#"<rect x="16" y="37" width="12.6" height="12" class="bar"/>"#))
    #expect(lines.contains(##"<rect x="32.8" y="34" width="33.6" height="18" fill="#005faf"/>"##))
    #expect(lines.contains { $0.contains(##"fill="#ffffff">50</text>"##) })
  }
}

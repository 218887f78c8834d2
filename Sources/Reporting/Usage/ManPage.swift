/// The man page footfall(1) of all commands, in roff's `man` macros.
///
/// - Parameters:
///   - commands: in the order of display.
///   - exitCodes: the meaning of each exit code.
public func manPage(
  _ commands: [CommandUsage], version: String, summary: String, exitCodes: [(code: Int32, meaning: String)]
) -> String {
  var page = ManPage()
  page.line(".TH FOOTFALL 1 \"\" \"footfall \(version)\" \"User Commands\"")
  page.section("NAME")
  page.text("footfall - \(summary)")
  page.section("SYNOPSIS")
  for (index, command) in commands.enumerated() {
    if index > 0 { page.line(".br") }
    page.line(".B footfall \(ManPage.escaped(command.name))")
    let rest = command.synopsis.dropFirst(command.name.count + 1)
    if !rest.isEmpty { page.text(String(rest)) }
  }
  page.section("COMMANDS")
  for command in commands {
    page.line(".SS footfall \(ManPage.escaped(command.name))")
    page.text("\(command.summary).")
    for paragraph in command.description where paragraph != "\(command.summary)." {
      page.paragraph(paragraph)
    }
    for operand in command.operands { page.item(operand.name, operand.help) }
    for option in command.options { page.item(option.label, option.help) }
    page.examples(command.examples)
  }
  page.section("EXIT STATUS")
  for (code, meaning) in exitCodes { page.item("\(code)", meaning) }
  return page.roff
}

/// Lines of roff.
private struct ManPage {
  private(set) var roff = ""

  mutating func line(_ line: String) { roff += line + "\n" }

  mutating func section(_ title: String) { line(".SH \(title)") }

  mutating func text(_ text: String) { line(Self.escaped(text)) }

  mutating func paragraph(_ text: String) {
    line(".PP")
    self.text(text)
  }

  mutating func item(_ name: String, _ meaning: String) {
    line(".TP")
    line(".B \(Self.escaped(name))")
    text(meaning)
  }

  mutating func examples(_ lines: [String]) {
    line(".PP")
    line(lines.count == 1 ? "Example:" : "Examples:")
    line(".PP")
    line(".RS 4")
    line(".nf")
    for example in lines { text(example) }
    line(".fi")
    line(".RE")
  }

  /// Text without markup: hyphens are escaped as minus signs, and no line begins with a control character.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      case "'": escaped += "\\(aq"
      case "^": escaped += "\\(ha"
      case "~": escaped += "\\(ti"
      case "`": escaped += "\\(ga"
      default: escaped.append(character)
      }
    }
    return escaped.hasPrefix(".") ? "\\&\(escaped)" : escaped
  }
}

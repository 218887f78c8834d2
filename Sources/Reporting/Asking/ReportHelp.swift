extension ReportKind {
  /// What `footfall report NAME --help` prints.
  public var help: String {
    let needed = required.map { " \($0.example)" }.joined()
    return """
      usage: footfall report \(name) STORE...\(needed) [flags]

      \(summary)

      \(Self.flagLines(ownFlags))\(ownFlags.isEmpty ? "" : "\nOf every report:\n\n")\(Self.flagLines(ReportFlag.common))
      The others are those of footfall report --help. An example:

        footfall report \(example)

      """
  }

  /// What `footfall report --help` prints.
  public static var overview: String {
    let reports = all.map { described($0.name, $0.summary, indent: 13) }.joined()
    return """
      usage: footfall report NAME STORE... [flags]

      Answers one report, for a person or a script. The flags of each are in
      footfall report NAME --help.

      \(reports)
      Of every report:

      \(flagLines(ReportFlag.common))\
      --website WEBSITE     its id, name or domain; may be left out if the store has
                            only one
      --format FORMAT       table (on a terminal), csv (elsewhere) or json. Tables
                            have colours on a terminal, unless NO_COLOR is set
      --map LIST, --strict, --cache DIR, --no-cache
                            as in footfall serve

      An example:

        footfall report \(insights.example)

      """
  }

  private static func flagLines(_ flags: [ReportFlag]) -> String {
    flags.map { described("\($0.name) \($0.placeholder)", $0.help, indent: 22) }.joined()
  }

  /// A name and what it means, in lines that fit a terminal.
  private static func described(_ name: String, _ meaning: String, indent: Int) -> String {
    let width = 80
    var text = name + String(repeating: " ", count: max(2, indent - name.count))
    var column = text.count
    for (index, word) in meaning.split(separator: " ").enumerated() {
      if column + 1 + word.count > width {
        text += "\n" + String(repeating: " ", count: indent)
        column = indent
      } else if index > 0 {
        text += " "
        column += 1
      }
      text += word
      column += word.count
    }
    return text + "\n"
  }
}

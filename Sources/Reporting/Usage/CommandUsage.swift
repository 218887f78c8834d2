/// The usage of a command: the source of its help, its section of the man page and its completions.
public struct CommandUsage: Sendable {
  /// A positional argument.
  public struct Operand: Sendable {
    /// Its name in help, for example `STORE...`.
    let name: String
    let help: String
    /// All possible words, if they are few; nil if it is the path of a file.
    let words: [String]?

    public init(_ name: String, _ help: String, words: [String]? = nil) {
      (self.name, self.help, self.words) = (name, help, words)
    }
  }

  /// Options that several commands have, described once: `footfall help NAME`.
  public struct Topic: Equatable, Sendable {
    let name: String
    /// What the options are, for example `options for files of other programs`.
    let title: String

    public init(_ name: String, title: String) { (self.name, self.title) = (name, title) }
  }

  /// An option, with its value if it takes one.
  public struct Option: Sendable {
    /// The kind of a value, for completions.
    public enum Value: Sendable {
      case folder
      case words([String])
      case other
    }

    /// With its hyphens, for example `--format`.
    public let name: String
    /// The name of its value in help, for example `FORMAT`; nil if the option takes none.
    let placeholder: String?
    let help: String
    let value: Value
    /// The topic of help that describes the option in place of each command that has it; nil if it is described there.
    public var topic: Topic?

    public init(_ name: String, _ placeholder: String? = nil, _ help: String, value: Value = .other) {
      (self.name, self.placeholder, self.help, self.value) = (name, placeholder, help, value)
    }

    var label: String { placeholder.map { "\(name) \($0)" } ?? name }
  }

  /// The words that select the command: `serve`, or `report funnel`.
  public let name: String
  /// One line, without a period.
  public let summary: String
  let operands: [Operand]
  /// Required options, in the form of an example; empty if there are none.
  let requiredOptions: String
  /// Paragraphs.
  let description: [String]
  /// In the order of help.
  public let options: [Option]
  /// Command lines.
  let examples: [String]

  public init(
    _ name: String, _ summary: String, operands: [Operand] = [], requiredOptions: String = "",
    description: [String] = [], options: [Option] = [], examples: [String]
  ) {
    (self.name, self.summary, self.operands, self.requiredOptions) = (
      name, summary, operands, requiredOptions
    )
    (self.description, self.options, self.examples) = (description, options, examples)
  }

  /// The synopsis, as in help and the man page.
  var synopsis: String {
    ([name] + operands.map(\.name) + [requiredOptions] + (options.isEmpty ? [] : ["[options]"]))
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The output of `footfall NAME --help`: lines of at most 80 columns, except for examples.
  public var helpText: String {
    var sections = ["usage: footfall \(synopsis)\n"]
    sections += description.map { wrapped($0) }
    if !operands.isEmpty { sections.append(Self.list(operands.map { ($0.name, $0.help) })) }
    let own = options.filter { $0.topic == nil }
    if !own.isEmpty { sections.append("options:\n" + Self.list(own)) }
    var topics: [Topic] = []
    for topic in options.compactMap(\.topic) where !topics.contains(topic) { topics.append(topic) }
    for topic in topics {
      let names = options.filter { $0.topic == topic }.map(\.name)
      sections.append(
        "\(topic.title) (footfall help \(topic.name) describes them):\n"
          + wrapped(names.joined(separator: ", "), indent: 2))
    }
    sections.append(
      (examples.count == 1 ? "example:\n" : "examples:\n") + examples.map { "  \($0)\n" }.joined())
    return sections.joined(separator: "\n")
  }

  /// Options and what they do.
  public static func list(_ options: [Option]) -> String { list(options.map { ($0.label, $0.help) }) }

  /// Names in one column, their descriptions in a second.
  public static func list(_ entries: [(name: String, help: String)]) -> String {
    let column = min(24, (entries.map(\.name.count).max() ?? 0) + 4)
    return entries.map { name, help in
      let head = "  \(name)"
      let text = wrapped(help, indent: column)
      // A long name gets its own line.
      if head.count > column - 2 { return "\(head)\n\(text)" }
      return head + String(repeating: " ", count: column - head.count) + text.dropFirst(column)
    }.joined()
  }
}

/// A paragraph in lines of at most 80 columns, each indented and ended by a line feed.
func wrapped(_ paragraph: String, indent: Int = 0) -> String {
  let margin = String(repeating: " ", count: indent)
  var text = ""
  var line = margin
  for word in paragraph.split(separator: " ") {
    if line.count + 1 + word.count > 80, line.count > indent {
      text += line + "\n"
      line = margin
    }
    line += (line.count > indent ? " " : "") + word
  }
  return text + line + "\n"
}

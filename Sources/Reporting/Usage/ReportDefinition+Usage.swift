/// The descriptions of a report in the schemas, which supply the text of help.
public struct ReportDescription: Sendable {
  /// The first sentence states what the report answers.
  let text: String
  /// The description of each params member, by name.
  let members: [String: String]

  public init(text: String, members: [String: String]) { (self.text, self.members) = (text, members) }

  var summary: String {
    var words: [Substring] = []
    for word in text.split(separator: " ") {
      words.append(word)
      if word.hasSuffix(".") { break }
    }
    let sentence = words.joined(separator: " ")
    return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }
}

extension ReportDefinition {
  /// The usage of `footfall report NAME`, or of a command of its own.
  ///
  /// - Parameter description: of the report's method.
  public func usage(_ description: ReportDescription, sharedOptions: [CommandUsage.Option]) -> CommandUsage {
    CommandUsage(
      command, description.summary,
      operands: [.store], requiredOptions: required.map(\.example).joined(separator: " "),
      description: ["\(description.summary)."],
      options: flags.map { $0.option(described: $0.member.flatMap { description.members[$0] }) }
        + sharedOptions,
      examples: ["footfall \(trafficMethod == nil ? "report " : "")\(example)"])
  }
}

extension WebsitePage {
  /// The options of a page that all its sections have.
  ///
  /// - Parameter members: The description of each member of the params of `websites.stats`.
  public static func options(_ members: [String: String]) -> [CommandUsage.Option] {
    ReportFlag.common.map { $0.option(described: $0.member.flatMap { members[$0] }) }
  }
}

extension ReportFlag {
  /// - Parameter text: the schema's description of the member that the flag sets.
  fileprivate func option(described text: String?) -> CommandUsage.Option {
    let text = describesPurpose ? nil : text
    return CommandUsage.Option(
      name, placeholder,
      [takesValue ? text : text.map(Self.withoutValue), syntax].compactMap(\.self).filter { !$0.isEmpty }
        .joined(separator: " "),
      value: words.isEmpty ? .other : .words(words))
  }

  /// The description of a member that a flag sets to true, as that of the flag: `true adds rows.` becomes `Adds rows.`
  private static func withoutValue(_ text: String) -> String {
    let prefix = "true "
    guard text.hasPrefix(prefix), let first = text.dropFirst(prefix.count).first else { return text }
    return first.uppercased() + text.dropFirst(prefix.count + 1)
  }
}

extension CommandUsage.Operand {
  /// The store that a command reads.
  public static let store = Self(
    "STORE...",
    "An SQLite file, or CSV files (events, and their properties). The content of a file decides which it is.")
}

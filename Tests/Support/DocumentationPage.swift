import Foundation

/// A README of the checkout: the front page, or the page of a folder.
public struct DocumentationPage: Sendable {
  /// Relative to the checkout.
  public let path: String
  public let lines: [String]

  public init(path: String) throws {
    let url = BuiltBinary.checkout.appendingPathComponent(path)
    self.init(path: path, text: try String(contentsOf: url, encoding: .utf8))
  }

  public init(path: String, text: String) {
    self.path = path
    lines = text.components(separatedBy: "\n")
  }

  /// Every page, the front page first.
  public static func all() throws -> [DocumentationPage] {
    var paths = ["README.md"]
    for folder in ["Sources", "Tests", "examples", "schemas"] {
      let found = FileManager.default.enumerator(
        atPath: BuiltBinary.checkout.appendingPathComponent(folder).path)
      while let name = found?.nextObject() as? String {
        if name == "README.md" || name.hasSuffix("/README.md") { paths.append("\(folder)/\(name)") }
      }
    }
    return try (paths.prefix(1) + paths.dropFirst().sorted()).map(DocumentationPage.init(path:))
  }
}

extension DocumentationPage {
  /// A command of a block marked `console`, and the lines that the page prints below it.
  public struct Command: Sendable {
    public let text: String
    public internal(set) var printed: [String]
    /// The index of the command's line.
    public let line: Int
  }

  public var commands: [Command] {
    var commands: [Command] = []
    var isConsole = false
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        isConsole = line == "```console"
      } else if isConsole, line.hasPrefix("$ ") {
        commands.append(Command(text: String(line.dropFirst(2)), printed: [], line: index))
      } else if isConsole, !commands.isEmpty {
        commands[commands.count - 1].printed.append(line)
      }
    }
    return commands
  }

  /// The page with other lines below its commands.
  public func replacing(printed: [[String]]) -> String {
    var lines = lines
    for (command, now) in zip(commands, printed).reversed() {
      lines.replaceSubrange(command.line + 1..<command.line + 1 + command.printed.count, with: now)
    }
    return lines.joined(separator: "\n")
  }

  /// The lines that are not in a block of code.
  public var prose: [String] {
    var isCode = false
    return lines.filter { line in
      if line.hasPrefix("```") { isCode.toggle() }
      return !isCode && !line.hasPrefix("```")
    }
  }

  /// What links to headings of this page may name, as GitHub computes it.
  public var anchors: Set<String> {
    var anchors: Set<String> = []
    for line in prose where line.hasPrefix("#") {
      let title = line.drop { $0 == "#" }.dropFirst().lowercased()
      let kept = title.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
      let anchor = kept.replacing(" ", with: "-")
      let used = (1...).lazy.map { "\(anchor)-\($0)" }
      anchors.insert(anchors.contains(anchor) ? used.first { !anchors.contains($0) } ?? anchor : anchor)
    }
    return anchors
  }

  /// The targets of links and pictures.
  public var links: [String] {
    prose.flatMap { line in
      line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
        + line.matches(of: /(?:src|href|srcset)="([^"]+)"/).map { String($0.output.1) }
    }
  }

  /// What is set in code among the prose.
  public var codeSpans: [String] {
    prose.flatMap { line in line.matches(of: /`([^`]+)`/).map { String($0.output.1) } }
  }
}

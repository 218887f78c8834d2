import Engine

/// Maps columns of files to ours, if their names differ:
/// `created_at=timestamp,session_id=client_id,url="page, full"`.
///
/// A target is a column of Umami's `website_event` or `event_data`, or `url` or `referrer`: a full address,
/// which is split into its parts. The source `none` excludes the target: no column is read as it. The target
/// `property:KEY` is a property of the event; its source may also be a text in single quotes, `property:currency='EUR'`,
/// which events get that have a value in one of the columns of properties.
public struct ColumnMap: Equatable, Sendable {
  /// Maps nothing: every column has its standard name.
  public static let none = ColumnMap(sources: [:])

  enum Source: Equatable {
    /// A name as it was written.
    case column(String)
    case none
    case text(String)
  }

  private let sources: [String: Source]

  /// Parses a list of `target=source`. A source or a whole entry with a comma is quoted.
  ///
  /// Throws `usage` if the list is malformed or names an unknown target.
  public init(parsing text: String) throws(StoreError) {
    var sources: [String: Source] = [:]
    for entry in try Self.entries(of: text) {
      guard let equals = entry.firstIndex(of: "="), equals > entry.startIndex,
        entry.index(after: equals) < entry.endIndex
      else {
        throw .usage(
          "--map: \"\(entry)\" is not of the form target=source; write created_at=timestamp,url=page_url")
      }
      let source = String(entry[entry.index(after: equals)...])
      let target: String
      let meaning: Source
      if let key = Self.propertyKey(of: String(entry[..<equals])) {
        target = Self.property(key)
        meaning = try Self.source(ofProperty: key, source)
      } else {
        target = entry[..<equals].lowercased()
        guard Self.targets.contains(target) else {
          throw .unknownTarget(target, source: source.lowercased(), among: Self.targets)
        }
        meaning = source.lowercased() == Self.noColumn ? .none : .column(source)
      }
      guard sources.updateValue(meaning, forKey: target) == nil else {
        throw .usage("--map: \(target) is named twice")
      }
    }
    self.init(sources: sources)
  }

  private init(sources: [String: Source]) { self.sources = sources }

  func source(of target: String) -> Source? { sources[target] }

  /// Every target that it names, also with the source `none`.
  var allTargets: [String] { sources.keys.sorted() }

  /// The entries as they are written on a command line, ordered by target.
  var entries: [String] {
    sources.sorted { $0.key < $1.key }.map { target, source in
      switch source {
      case .column(let name): Self.entry(target, name)
      case .none: "\(target)=\(Self.noColumn)"
      case .text(let text): Self.entry(target, "'\(text)'")
      }
    }
  }

  /// An entry that maps the column `source`, which is quoted if it has to be.
  static func entry(_ target: String, _ source: String) -> String {
    guard source.contains("," as Character) || source.contains("\"" as Character) else {
      return "\(target)=\(source)"
    }
    return "\(target)=\"" + source.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// Whether no entry can name the column `source`.
  static func isUnwritable(_ source: String) -> Bool { source.isEmpty || source.lowercased() == noColumn }

  /// The names of all columns that are mapped to a target.
  var columnNames: [String] {
    sources.values.compactMap { if case .column(let name) = $0 { name } else { nil } }.sorted()
  }

  /// The targets to which columns are mapped, by name.
  var mappedTargets: [String] { sources.keys.filter { columnName(of: $0) != nil }.sorted() }

  /// The name of the column that is mapped to `target`; nil if none is.
  func columnName(of target: String) -> String? {
    if case .column(let name)? = sources[target] { name } else { nil }
  }

  /// The keys of properties that are read from columns.
  var propertyColumns: [String] {
    mappedTargets.compactMap(Self.propertyKey)
  }

  /// The properties that have the same text in all events that have one of ``propertyColumns``.
  var propertyTexts: [(key: String, text: String)] {
    sources.sorted { $0.key < $1.key }.compactMap { target, source in
      guard case .text(let text) = source, let key = Self.propertyKey(of: target) else { return nil }
      return (key, text)
    }
  }

  /// The target of the property with a key.
  static func property(_ key: String) -> String { propertyPrefix + key }

  static func isProperty(_ target: String) -> Bool { propertyKey(of: target) != nil }

  private static let propertyPrefix = "property:"

  /// The key of a target that is a property; nil for any other target.
  private static func propertyKey(of target: String) -> String? {
    let start = target.utf8.prefix(propertyPrefix.utf8.count)
    guard String(decoding: start, as: UTF8.self).lowercased() == propertyPrefix else { return nil }
    return String(decoding: target.utf8.dropFirst(start.count), as: UTF8.self)
  }

  private static func source(ofProperty key: String, _ source: String) throws(StoreError) -> Source {
    if key.isEmpty { throw .usage("--map: property: has no key; write property:revenue=amount") }
    let maximumBytes = DataLimits.standard.propertyKeyBytes
    if key.utf8.count > maximumBytes {
      throw .usage("--map: the key of a property has more than \(maximumBytes) bytes; shorten it")
    }
    if source.lowercased() == noColumn {
      throw .usage("--map: property:\(key)=none has no effect; leave it out")
    }
    guard source.count >= 2, source.first == "'", source.last == "'" else { return .column(source) }
    return .text(String(source.dropFirst().dropLast()))
  }

  /// The full address of the page, from which missing columns are derived.
  static let url = "url"
  /// The full address of the previous page.
  static let referrer = "referrer"
  private static let noColumn = "none"

  private static let targets =
    [url, referrer] + EventField.allCases.map(\.rawValue)
    + PropertyField.allCases.map(\.rawValue).filter { EventField(rawValue: $0) == nil }
}

extension ColumnMap {
  /// The entries of a list: separated by commas outside quotes, without the quotes.
  private static func entries(of text: String) throws(StoreError) -> [String] {
    var entries = [""]
    var isQuoted = false
    var closed = false
    for character in text {
      switch character {
      case "\"" where isQuoted: (isQuoted, closed) = (false, true)
      // A doubled quote inside quotes is one quote.
      case "\"" where closed:
        entries[entries.count - 1].append(character)
        (isQuoted, closed) = (true, false)
      case "\"" where entries[entries.count - 1].isEmpty || entries[entries.count - 1].last == "=":
        isQuoted = true
      case "," where !isQuoted:
        entries.append("")
        closed = false
      // Spaces after a comma belong to no entry.
      case " " where !isQuoted && entries[entries.count - 1].isEmpty: break
      default:
        entries[entries.count - 1].append(character)
        closed = false
      }
    }
    if isQuoted {
      throw .usage("--map: a quote is never closed in \(text); write url=\"page, full\"")
    }
    return entries
  }
}

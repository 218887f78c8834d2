import JSON

/// A flag of a report, with which a user sets a member of the params.
public struct ReportFlag: Sendable {
  /// For example `--step`.
  public let name: String
  /// The placeholder for its value, for example `TYPE:VALUE`; nil if it takes none.
  let placeholder: String?
  /// The syntax of its value, for help. The schema of the params member describes its purpose.
  let syntax: String
  /// Whether ``syntax`` is all that help says, because the schema's text is about members that no flag sets.
  private(set) var describesPurpose = false
  /// All possible values, or all names in a list of names, if they are few.
  let words: [String]
  /// The params member that its values set, or a member of it, as in `by/limit`; nil for the flags of the range, which
  /// set one member together.
  let member: String?
  /// Whether its values are the elements of an array; such a flag may be repeated.
  let isList: Bool
  /// Parses a text into values; a flag that is not a list has exactly one.
  let read: @Sendable (String) throws(FlagValueError) -> [JSONValue]

  init(
    _ name: String, _ placeholder: String?, member: String?, isList: Bool = false, _ syntax: String,
    words: [String] = [],
    read: @escaping @Sendable (String) throws(FlagValueError) -> [JSONValue]
  ) {
    self.name = name
    self.placeholder = placeholder
    self.member = member
    self.isList = isList
    self.syntax = syntax
    self.words = words
    self.read = read
  }
}

extension ReportFlag {
  /// The same flag, with its syntax as the whole text of help.
  func describingPurpose() -> ReportFlag {
    var flag = self
    flag.describesPurpose = true
    return flag
  }

  /// Whether it takes a value.
  public var takesValue: Bool { placeholder != nil }

  /// A flag that takes no value, and sets its member to `value`.
  static func on(_ name: String, member: String, value: JSONValue = true, _ syntax: String = "") -> ReportFlag
  {
    ReportFlag(name, nil, member: member, syntax) { _ in [value] }
  }
}

/// What is wrong with a flag of a report, and what would be right.
public struct FlagError: Error, Equatable, CustomStringConvertible {
  /// For example `--step`; nil if no single flag is wrong.
  public let flag: String?
  /// The text after the flag in an error message, for example "must be …, is …".
  public let sentence: String

  public var description: String { (flag.map { "\($0) " } ?? "") + sentence }
}

/// Why the text of a flag cannot be parsed. The caller knows the flag and turns this into a ``FlagError``.
struct FlagValueError: Error {
  let sentence: String
}

extension ReportFlag {
  /// The flags of every report.
  static let common: [ReportFlag] = [.from, .to, .during, .timezone, .filter, .segment, .compare]
  /// Those of a command that is not about a range.
  static let commonWithoutRange: [ReportFlag] = [.timezone, .filter, .segment]

  static let from = text(
    "--from", "WHEN", member: nil,
    """
    First day of the range: 2026-03-15, a month 2026-03, a year 2026, today, yesterday, this-week, last-week, \
    this-month, last-month, this-year, last-year, 7d (also 12h, 4w, 6m, 1y: that long until now), or an instant. \
    Default: the day of the first event.
    """)
  static let to = text(
    "--to", "WHEN", member: nil,
    "Last day of the range, included, written like --from. Default: the day of the last event.")
  static let during = text(
    "--during", "WHEN", member: nil, "--from and --to in one, for example --during 2026-03.")
  static let timezone = text(
    "--timezone", "ZONE", member: "timezone", "")
  static let filter = list(
    "--filter", "CONDITION", member: "filters",
    """
    Written as country=DE, country!=DE,AT, url=@blog (contains), url!@blog, url=~'^/a' (regular expression), \
    url!~'^/a', tag:set, tag:unset, property:plan=pro, 'property:price>=10' (also > < <=), 'channel=Paid Search', \
    entry=/pricing. May be repeated; then all conditions must hold.
    """
  ) { text throws(FlagValueError) in [try filterValue(text)] }
  static let segment = list(
    "--segment", "SEGMENT", member: "filters",
    "A saved segment, by its name or id. May be repeated; then events must be in all of them."
  ) { text in [["segment": .string(text)]] }
  static let compare = ReportFlag(
    "--compare", "WITH", member: "compare",
    """
    Also answers for another range: previous (as many days before), year (a year earlier), month, week or day (one \
    earlier), or a day 2026-02-01, a month 2026-02 or a year.
    """, words: comparedRanges
  ) { text throws(FlagValueError) in [try comparisonValue(text)] }.describingPurpose()

  /// A flag whose value is used as text.
  static func text(_ name: String, _ placeholder: String, member: String?, _ syntax: String)
    -> ReportFlag
  {
    ReportFlag(name, placeholder, member: member, syntax) { [.string($0)] }
  }

  /// A flag that may be repeated.
  static func list(
    _ name: String, _ placeholder: String, member: String, _ syntax: String, words: [String] = [],
    read: @escaping @Sendable (String) throws(FlagValueError) -> [JSONValue]
  ) -> ReportFlag {
    ReportFlag(name, placeholder, member: member, isList: true, syntax, words: words, read: read)
  }
}

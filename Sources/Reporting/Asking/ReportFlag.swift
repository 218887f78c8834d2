import JSON

/// A flag of a report: what a person writes for a member of the params.
public struct ReportFlag: Sendable {
  /// Such as `--step`.
  public let name: String
  /// What stands behind it, such as `TYPE:VALUE`.
  let placeholder: String
  /// What it is for, in the help.
  let help: String
  /// The member of the params that its values make; nil for the flags of the range, which make one together.
  let member: String?
  /// Whether its values are the elements of an array; then it may be given several times.
  let isList: Bool
  /// The values of a text; a flag that is no list has one.
  let read: @Sendable (String) throws(UnreadableText) -> [JSONValue]

  init(
    _ name: String, _ placeholder: String, member: String?, isList: Bool = false, _ help: String,
    read: @escaping @Sendable (String) throws(UnreadableText) -> [JSONValue]
  ) {
    self.name = name
    self.placeholder = placeholder
    self.member = member
    self.isList = isList
    self.help = help
    self.read = read
  }
}

import JSON
import System

/// `type`, `enum` and `const` (validation, section 6.1): they apply to values of every type.
final class GeneralKeywords: Sendable {
  private let types: ValueTypes?
  private let allowed: [JSONValue]?
  /// The same values as `allowed`; nil if these are few enough for a linear search.
  private let allowedSet: Set<JSONValue>?
  private let constant: JSONValue?

  private static let linearSearchLimit = 8

  /// Returns nil if the schema has none of these keywords.
  init?(_ source: SchemaSource) throws(SchemaError) {
    guard source.has(.type) || source.has(.enum) || source.has(.const) else { return nil }
    types = try Self.types(source)
    allowed = try source.array(.enum)
    allowedSet = allowed.flatMap { $0.count > Self.linearSearchLimit ? Set($0) : nil }
    constant = source[.const]
  }

  func check<R: Reporter>(_ value: JSONValue, _ reporter: inout R) throws(R.Stop) {
    if let types, !types.includes(typeOf: value) {
      try reporter.reject(.type, "must be \(types.nouns), \(Self.actualDescription(value, types))")
    }
    if let allowed, !isAllowed(value, allowed) {
      let isSuggesting = reporter.isSuggesting
      try reporter.reject(.enum, Self.rejection(of: value, allowed, isSuggesting: isSuggesting))
    }
    if let constant, constant != value {
      try reporter.reject(.const, "must be \(constant), is \(value.abbreviated)")
    }
  }

  private func isAllowed(_ value: JSONValue, _ allowed: [JSONValue]) -> Bool {
    allowedSet?.contains(value) ?? allowed.contains(value)
  }

  private static func rejection(of value: JSONValue, _ allowed: [JSONValue], isSuggesting: Bool) -> String {
    let list = allowed.map(\.description).joined(separator: ", ")
    let hint =
      isSuggesting ? value.string.map { nearestNameHint(for: $0, among: allowed.compactMap(\.string)) } : nil
    return "must be \(allowed.count == 1 ? "" : "one of ")\(list), is \(value.abbreviated)" + (hint ?? "")
  }

  /// Describes the actual value. If a whole number is required, a number is shown.
  private static func actualDescription(_ value: JSONValue, _ types: ValueTypes) -> String {
    value.double != nil && types.contains(.integer) ? "is \(value)" : "not \(value.noun)"
  }

  private static func types(_ source: SchemaSource) throws(SchemaError) -> ValueTypes? {
    guard let value = source[.type] else { return nil }
    let names = value.string.map { [$0] } ?? (try? source.names(.type)) ?? []
    var types: ValueTypes = []
    for name in names {
      guard let type = ValueTypes(named: name) else { throw Self.invalidType(source) }
      types.insert(type)
    }
    if types.isEmpty { throw Self.invalidType(source) }
    return types
  }

  private static func invalidType(_ source: SchemaSource) -> SchemaError {
    source.invalid(
      .type,
      "one or an array of \"null\", \"boolean\", \"integer\", \"number\", \"string\", \"array\", \"object\"")
  }
}

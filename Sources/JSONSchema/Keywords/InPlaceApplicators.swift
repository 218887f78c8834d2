import JSON

/// `$ref` (core, section 8.2.3.1), `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then` and `else` (section 10.2): they apply
/// other schemas to the same value.
final class InPlaceApplicators: Sendable {
  private let reference: SubschemaID?
  private let all: [SubschemaID]
  private let any: [SubschemaID]
  /// What ``any`` requires in words, if each alternative only requires a member.
  private let anyRequirement: String?
  private let one: [SubschemaID]
  private let not: SubschemaID?
  private let condition: SubschemaID?
  private let then: SubschemaID?
  private let `else`: SubschemaID?

  /// Returns nil if the schema has none of these keywords.
  init?(_ source: SchemaSource, _ compilation: inout Compilation) throws(SchemaError) {
    let keywords: [Keyword] = [.ref, .allOf, .anyOf, .oneOf, .not, .if, .then, .else]
    guard keywords.contains(where: source.has) else { return nil }
    reference = try compilation.reference(of: source)
    all = try compilation.subschemas(.allOf, of: source)
    any = try compilation.subschemas(.anyOf, of: source)
    anyRequirement = Self.requirement(source[.anyOf]?.array ?? [])
    one = try compilation.subschemas(.oneOf, of: source)
    not = try compilation.subschema(.not, of: source)
    condition = try compilation.subschema(.if, of: source)
    then = try compilation.subschema(.then, of: source)
    `else` = try compilation.subschema(.else, of: source)
  }

  /// All the subschemas.
  var subschemas: [SubschemaID] { possible + [not].compactMap(\.self) }

  /// Those that a valid value may have to satisfy.
  var possible: [SubschemaID] {
    [reference, condition, then, `else`].compactMap(\.self) + all + any + one
  }

  /// Those that every valid value satisfies.
  var certain: [SubschemaID] { [reference].compactMap(\.self) + all }

  func check<R: Reporter>(
    _ value: JSONValue, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    if let reference { try reporter.check(value, reference, of: .ref, in: subschemas) }
    for (position, id) in all.enumerated() {
      try reporter.check(value, id, of: .allOf, .position(position), in: subschemas)
    }
    if !any.isEmpty { try checkAny(value, in: subschemas, &reporter) }
    if !one.isEmpty { try checkOne(value, in: subschemas, &reporter) }
    if let not, subschemas[not].accepts(value, in: subschemas) {
      try reporter.reject(.not, "must not match the schema of \"not\"")
    }
    if let condition {
      let (branch, keyword): (SubschemaID?, Keyword) =
        subschemas[condition].accepts(value, in: subschemas) ? (then, .then) : (`else`, .else)
      if let branch { try reporter.check(value, branch, of: keyword, in: subschemas) }
    }
  }

  /// `must have the member "a" or the member "b"`, if each of the alternatives only requires one member.
  private static func requirement(_ alternatives: [JSONValue]) -> String? {
    var members: [String] = []
    for alternative in alternatives {
      guard let object = alternative.object, object.count == 1,
        let names = object[Keyword.required.rawValue]?.array, names.count == 1, let name = names[0].string
      else { return nil }
      members.append("the member \(JSONValue.string(name))")
    }
    return members.isEmpty ? nil : "must have \(members.joined(separator: " or "))"
  }

  private func checkAny<R: Reporter>(
    _ value: JSONValue, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    for id in any where subschemas[id].accepts(value, in: subschemas) { return }
    if let anyRequirement { return try reporter.reject(.anyOf, anyRequirement) }
    try reporter.reject(.anyOf, "must match at least one of \(any.count.of("alternative")), matches none")
    for (position, id) in any.enumerated() {
      try reporter.check(value, id, of: .anyOf, .position(position), in: subschemas)
    }
  }

  private func checkOne<R: Reporter>(
    _ value: JSONValue, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    var first: Int?
    for (position, id) in one.enumerated() where subschemas[id].accepts(value, in: subschemas) {
      if let first {
        try reporter.reject(
          .oneOf,
          "must match exactly one of \(one.count.of("alternative")), matches those at index \(first) and \(position)"
        )
        return
      }
      first = position
    }
    if first != nil { return }
    try reporter.reject(.oneOf, "must match exactly one of \(one.count.of("alternative")), matches none")
    for (position, id) in one.enumerated() {
      try reporter.check(value, id, of: .oneOf, .position(position), in: subschemas)
    }
  }
}

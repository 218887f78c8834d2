import JSON
import System

/// `properties`, `patternProperties`, `additionalProperties`, `propertyNames` (core, section 10.3.2), `dependentSchemas`
/// (10.2.2.4), `required`, `minProperties`, `maxProperties` and `dependentRequired` (validation, section 6.5).
final class ObjectKeywords: Sendable {
  /// A name in `properties` or `required`.
  private struct Property {
    let name: String
    let id: SubschemaID?
    let isRequired: Bool
  }

  private let properties: [Property]
  private let requiredCount: Int
  private let patterns: [(pattern: Pattern, id: SubschemaID)]
  private let additional: SubschemaID?
  private let names: SubschemaID?
  /// Whether other keywords may apply to a member that `properties` names.
  private var hasOtherKeywords: Bool { !patterns.isEmpty || names != nil }
  private let minProperties: Int
  private let maxProperties: Int
  private let dependentRequired: [(name: String, required: [String])]
  let dependentSchemas: [(name: String, id: SubschemaID)]

  /// Returns nil if the schema has none of these keywords.
  init?(_ source: SchemaSource, _ compilation: inout Compilation) throws(SchemaError) {
    let keywords: [Keyword] = [
      .properties, .patternProperties, .additionalProperties, .propertyNames, .required, .minProperties,
      .maxProperties, .dependentRequired, .dependentSchemas,
    ]
    guard keywords.contains(where: source.has) else { return nil }
    let named = try compilation.namedSubschemas(.properties, of: source)
    let required = try source.names(.required) ?? []
    let isNamed = { (name: String) in named.contains { sameScalars($0.name, name) } }
    properties =
      named.map { property in
        Property(
          name: property.name, id: property.id,
          isRequired: required.contains { sameScalars($0, property.name) })
      }
      + required.filter { !isNamed($0) }.map { Property(name: $0, id: nil, isRequired: true) }
    requiredCount = required.count
    patterns = try Self.patterns(source, &compilation)
    additional = try compilation.subschema(.additionalProperties, of: source)
    names = try compilation.subschema(.propertyNames, of: source)
    minProperties = try source.count(.minProperties) ?? 0
    maxProperties = try source.count(.maxProperties) ?? .max
    dependentRequired = try source.nameLists(.dependentRequired)
    dependentSchemas = try compilation.namedSubschemas(.dependentSchemas, of: source)
  }

  private static func patterns(
    _ source: SchemaSource, _ compilation: inout Compilation
  ) throws(SchemaError) -> [(pattern: Pattern, id: SubschemaID)] {
    var patterns: [(pattern: Pattern, id: SubschemaID)] = []
    for (name, id) in try compilation.namedSubschemas(.patternProperties, of: source) {
      let keyword = Keyword.patternProperties.rawValue
      let location = "\(source.entry.location)/\(keyword)/\(JSONPointer.escape(name))"
      patterns.append((try Pattern(name, location: location), id))
    }
    return patterns
  }

  /// The subschemas that the keywords declare for a member with this name: those of `properties` and of
  /// `patternProperties`.
  func subschemas(of name: String) -> [SubschemaID] {
    properties.filter { sameScalars($0.name, name) }.compactMap(\.id)
      + patterns.filter { $0.pattern.matches(name) }.map(\.id)
  }

  /// Whether the object must have a member with this name.
  func requires(_ name: String) -> Bool {
    properties.contains { $0.isRequired && sameScalars($0.name, name) }
  }

  /// - Parameter value: The same object, as a JSON value.
  func check<R: Reporter>(
    _ object: JSONObject, _ value: JSONValue, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    try checkCount(object, &reporter)
    try checkMembers(object, in: subschemas, &reporter)
    for (name, required) in dependentRequired where object[name] != nil {
      for other in required where object[other] == nil {
        try reporter.reject(
          .dependentRequired,
          "must have the member \(JSONValue.string(other)), because it has \(JSONValue.string(name))")
      }
    }
    for (name, id) in dependentSchemas where object[name] != nil {
      try reporter.check(value, id, of: .dependentSchemas, .name(name), in: subschemas)
    }
  }

  private func checkCount<R: Reporter>(_ object: JSONObject, _ reporter: inout R) throws(R.Stop) {
    if object.count < minProperties {
      try reporter.reject(
        .minProperties, "must have at least \(minProperties.of("member")), has \(object.count)")
    }
    if object.count > maxProperties {
      try reporter.reject(
        .maxProperties, "must have at most \(maxProperties.of("member")), has \(object.count)")
    }
  }

  private func checkMembers<R: Reporter>(
    _ object: JSONObject, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    var next = 0
    var requiredFound = 0
    let (allMembers, allProperties) = (object.members, properties)
    let (members, properties) = (allMembers.span, allProperties.span)
    for index in members.indices {
      var isKnown = false
      if let position = Self.position(of: members[index].name, in: properties, from: next) {
        next = position + 1
        if properties[position].isRequired { requiredFound += 1 }
        if let id = properties[position].id {
          isKnown = true
          try reporter.check(
            members[index].value, at: .name(members[index].name), id, of: .properties,
            .name(members[index].name), in: subschemas)
        }
      }
      if hasOtherKeywords || !isKnown {
        try checkOthers(members[index], isKnown: isKnown, in: subschemas, &reporter)
      }
    }
    if requiredFound < requiredCount {
      for property in self.properties where property.isRequired && object[property.name] == nil {
        try reporter.reject(.required, "must have the member \(JSONValue.string(property.name))")
      }
    }
  }

  /// Checks a member against the keywords that do not depend on its name in `properties`.
  private func checkOthers<R: Reporter>(
    _ member: JSONObject.Member, isKnown: Bool, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    var isKnown = isKnown
    let (name, value) = member
    for (pattern, id) in patterns where pattern.matches(name) {
      isKnown = true
      try reporter.check(
        value, at: .name(name), id, of: .patternProperties, .name(pattern.source), in: subschemas)
    }
    if let additional, !isKnown {
      try check(name, value, additional: additional, in: subschemas, &reporter)
    }
    if let names { try check(name, names, in: subschemas, &reporter) }
  }

  /// Returns the index of a name among the properties. The search starts at `next`, because members mostly
  /// come in the schema's order.
  private static func position(
    of name: String, in properties: Span<Property>, from next: Int
  ) -> Int? {
    for position in next..<properties.count where sameScalars(properties[position].name, name) {
      return position
    }
    for position in 0..<next where sameScalars(properties[position].name, name) {
      return position
    }
    return nil
  }

  private func check<R: Reporter>(
    _ name: String, _ value: JSONValue, additional: SubschemaID, in subschemas: Span<Subschema>,
    _ reporter: inout R
  ) throws(R.Stop) {
    guard subschemas[additional].isFalse else {
      return try reporter.check(
        value, at: .name(name), additional, of: .additionalProperties, in: subschemas)
    }
    let isSuggesting = reporter.isSuggesting
    try reporter.reject(
      .additionalProperties, at: .name(name), rejection(ofMember: name, isSuggesting: isSuggesting))
  }

  private func rejection(ofMember name: String, isSuggesting: Bool) -> String {
    let known = properties.filter { $0.id != nil }.map(\.name)
    if known.isEmpty { return "is unknown; no member is allowed here" }
    let list = known.map { JSONValue.string($0).description }.joined(separator: ", ")
    let hint = isSuggesting ? nearestNameHint(for: name, among: known) : ""
    return "is unknown" + (hint.isEmpty ? "; the" : "\(hint) The") + " known members are \(list)"
  }

  private func check<R: Reporter>(
    _ name: String, _ names: SubschemaID, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    guard !subschemas[names].accepts(.string(name), in: subschemas) else { return }
    try reporter.reject(
      .propertyNames, "has the member \(JSONValue.string(name)), whose name is not allowed")
    try reporter.check(.string(name), names, of: .propertyNames, in: subschemas)
  }
}

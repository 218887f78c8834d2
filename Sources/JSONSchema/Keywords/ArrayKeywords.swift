import JSON

/// `prefixItems`, `items`, `contains` (core, section 10.3.1), `minContains`, `maxContains`, `minItems`, `maxItems` and
/// `uniqueItems` (validation, section 6.4).
final class ArrayKeywords: Sendable {
  let prefix: [SubschemaID]
  let items: SubschemaID?
  private let contains: SubschemaID?
  private let minContains: Int
  private let maxContains: Int
  private let minItems: Int
  private let maxItems: Int
  private let areUnique: Bool

  /// Returns nil if the schema has none of these keywords.
  init?(_ source: SchemaSource, _ compilation: inout Compilation) throws(SchemaError) {
    let keywords: [Keyword] = [
      .prefixItems, .items, .contains, .minContains, .maxContains, .minItems, .maxItems, .uniqueItems,
    ]
    guard keywords.contains(where: source.has) else { return nil }
    prefix = try compilation.subschemas(.prefixItems, of: source)
    items = try compilation.subschema(.items, of: source)
    contains = try compilation.subschema(.contains, of: source)
    minContains = try source.count(.minContains) ?? 1
    maxContains = try source.count(.maxContains) ?? .max
    minItems = try source.count(.minItems) ?? 0
    maxItems = try source.count(.maxItems) ?? .max
    areUnique = try source.bool(.uniqueItems) ?? false
  }

  func check<R: Reporter>(
    _ elements: [JSONValue], in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    if elements.count < minItems {
      try reporter.reject(
        .minItems, "must have at least \(minItems.of("element")), has \(elements.count)")
    }
    if elements.count > maxItems {
      try reporter.reject(.maxItems, "must have at most \(maxItems.of("element")), has \(elements.count)")
    }
    for (position, id) in prefix.enumerated() where position < elements.count {
      try reporter.check(
        elements[position], at: .position(position), id, of: .prefixItems, .position(position), in: subschemas
      )
    }
    if let items {
      let elements = elements.span
      for position in elements.indices.dropFirst(prefix.count) {
        try reporter.check(elements[position], at: .position(position), items, of: .items, in: subschemas)
      }
    }
    if let contains { try check(elements, contain: subschemas[contains], in: subschemas, &reporter) }
    if areUnique, let (first, second) = elements.firstRepetition {
      try reporter.reject(
        .uniqueItems, "must not repeat an element; those at index \(first) and \(second) are equal")
    }
  }

  private func check<R: Reporter>(
    _ elements: [JSONValue], contain subschema: Subschema, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    var count = 0
    for element in elements where subschema.accepts(element, in: subschemas) {
      count += 1
      if count >= minContains, maxContains == .max { return }
    }
    if count < minContains {
      let keyword: Keyword = minContains == 1 ? .contains : .minContains
      try reporter.reject(
        keyword, "must have at least \(minContains.of("element")) that matches \"contains\", has \(count)")
    }
    if count > maxContains {
      try reporter.reject(
        .maxContains, "must have at most \(maxContains.of("element")) that matches \"contains\", has \(count)"
      )
    }
  }
}

extension [JSONValue] {
  /// Up to this many elements, comparing all pairs is faster than hashing.
  private static var linearSearchLimit: Int { 8 }

  /// The indices of the first element that equals an earlier one, and of that earlier one.
  fileprivate var firstRepetition: (Int, Int)? {
    if count <= Self.linearSearchLimit {
      for second in indices.dropFirst() {
        if let first = self[..<second].firstIndex(of: self[second]) { return (first, second) }
      }
      return nil
    }
    var positions: [JSONValue: Int] = [:]
    positions.reserveCapacity(count)
    for (second, element) in enumerated() {
      if let first = positions.updateValue(second, forKey: element) { return (first, second) }
    }
    return nil
  }
}

/// A condition on one text column; events that fail it are not there for the report ("Filters" in the
/// reports' contract).
public struct Filter {
  public enum Operator: String, CaseIterable, Sendable {
    case equals = "eq"
    case notEquals = "neq"
    case contains = "c"
    case doesNotContain = "dnc"
    case isSet = "s"
    case isNotSet = "ns"
    case matches = "re"
    case doesNotMatch = "nre"
  }

  let column: TextColumn
  private let test: TextTest
  private let isNegated: Bool

  /// A filter on `column`. `values` has the one value of the operator; `eq` and `neq` take a list (any
  /// of them, none of them), `s` and `ns` take none.
  public init(_ column: TextColumn, _ operator: Operator, _ values: [String] = []) throws(FilterError) {
    self.column = column
    switch `operator` {
    case .equals, .notEquals: test = .isOneOf(values.map { Array($0.utf8) })
    case .contains, .doesNotContain: test = .containsIgnoringCase(try Self.single(values).lowercased())
    case .isSet, .isNotSet: test = .isSet
    case .matches, .doesNotMatch: test = try .regularExpression(Self.single(values))
    }
    switch `operator` {
    case .equals, .contains, .isSet, .matches: isNegated = false
    case .notEquals, .doesNotContain, .isNotSet, .doesNotMatch: isNegated = true
    }
  }

  /// A filter named `referrer` also drops self-referrals.
  var dropsSelfReferrals: Bool { column == .referrerDomain }

  /// Whether an event with `text` in the column passes.
  func passes(_ text: Bytes) -> Bool { test.passes(text) != isNegated }

  private static func single(_ values: [String]) throws(FilterError) -> String {
    guard let value = values.first, values.count == 1 else { throw .needsOneValue }
    return value
  }
}

/// Why a filter cannot be used.
public enum FilterError: Error, Sendable, CustomStringConvertible {
  case needsOneValue
  case badRegularExpression(pattern: String, reason: String)

  public var description: String {
    switch self {
    case .needsOneValue: "the operator takes one string as its value"
    case .badRegularExpression(let pattern, let reason):
      "\"\(pattern)\" is not a regular expression: \(reason)"
    }
  }
}

/// The positive form of an operator.
private enum TextTest {
  case isOneOf([[UInt8]])
  case containsIgnoringCase(String)
  case isSet
  case regex(Regex<AnyRegexOutput>)

  static func regularExpression(_ pattern: String) throws(FilterError) -> TextTest {
    do {
      return .regex(try Regex(pattern).matchingSemantics(.unicodeScalar))
    } catch {
      throw .badRegularExpression(pattern: pattern, reason: "\(error)")
    }
  }

  func passes(_ text: Bytes) -> Bool {
    switch self {
    case .isOneOf(let values): values.contains { text.elementsEqual($0) }
    case .containsIgnoringCase(let needle):
      Self.contains(String(decoding: text, as: UTF8.self).lowercased(), needle)
    case .isSet: !text.isEmpty
    case .regex(let regex):
      // A match that cannot be carried out is no match.
      (try? regex.firstMatch(in: String(decoding: text, as: UTF8.self))) != nil
    }
  }

  private static func contains(_ text: String, _ needle: String) -> Bool {
    var text = text
    return text.withUTF8 { endOfFirst(Array(needle.utf8), in: $0[...]) != nil }
  }
}

package import RegularExpression

/// A condition on one text column; reports ignore events that fail it. Defined in
/// `Sources/Engine/Reports/README.md`, section "Filters".
public struct Filter: Sendable {
  package let column: TextColumn
  package let condition: TextCondition

  public init(_ column: TextColumn, _ condition: TextCondition) {
    self.column = column
    self.condition = condition
  }

  /// Creates a filter on `column` (see ``TextCondition/init(_:_:)``).
  public init(_ column: TextColumn, _ operator: Operator, _ values: [String] = []) throws(FilterError) {
    try self.init(column, TextCondition(`operator`, values))
  }

  public typealias Operator = TextCondition.Operator

  /// A filter on `referrer` also drops self-referrals.
  package var dropsSelfReferrals: Bool { column == .referrerDomain }
}

/// A condition on a text. Defined in `Sources/Engine/Reports/README.md`, section "Filters".
public struct TextCondition: Sendable {
  /// How a text is compared; the raw values are those of requests.
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

  package let test: TextTest
  /// Whether the condition holds where the test does not.
  package let isNegated: Bool

  /// `eq` and `neq` take a list of values (any of them, none of them), `s` and `ns` take none, and all other operators
  /// take one.
  public init(_ operator: Operator, _ values: [String] = []) throws(FilterError) {
    switch `operator` {
    case .equals, .notEquals:
      test = .isOneOf(TextSet(values.lazy.map { Array($0.utf8) }), texts: values)
    case .contains, .doesNotContain:
      test = .containsIgnoringCase(CaseInsensitiveSubstring(try Self.single(values)))
    case .isSet, .isNotSet: test = .isSet
    case .matches, .doesNotMatch: test = try .regularExpression(Self.single(values))
    }
    switch `operator` {
    case .equals, .contains, .isSet, .matches: isNegated = false
    case .notEquals, .doesNotContain, .isNotSet, .doesNotMatch: isNegated = true
    }
  }

  /// A condition that `holds` decides, which is called once for each distinct text, by several threads.
  public init(where holds: @escaping @Sendable (String) -> Bool) {
    (test, isNegated) = (.predicate(holds), false)
  }

  /// Returns one flag for each text of `dictionary`: whether it meets the condition. The flags are meaningless if the
  /// executor is cancelled meanwhile.
  ///
  /// - Throws: if a regular expression takes more steps than texts of this total size allow.
  func flags(of dictionary: TextDictionary, _ executor: ParallelExecutor = ParallelExecutor())
    throws(FilterError) -> [Bool]
  {
    let flags =
      switch test {
      case .isOneOf(let values, _): dictionary.flags(on: executor) { values.index(of: $0) != nil }
      case .containsIgnoringCase(let needle):
        dictionary.flags(on: executor, start: { CaseInsensitiveSubstring.Buffer() }) {
          needle.isContained(in: $0, &$1, executor)
        }
      case .isSet: dictionary.flags(on: executor) { !$0.isEmpty }
      case .predicate(let holds):
        dictionary.flags(on: executor) { holds(String(decoding: $0, as: UTF8.self)) }
      case .regularExpression(let expression, let pattern):
        try Self.flags(of: dictionary, matching: expression, pattern, executor)
      }
    return isNegated ? flags.map { !$0 } : flags
  }

  /// Returns one flag for each of some texts that are not in a dictionary; meaningless if the executor is cancelled
  /// meanwhile. Throws as `flags(of:_:)` does.
  public func flags(of texts: [String], _ executor: ParallelExecutor) throws(FilterError) -> [Bool] {
    var offsets: [UInt64] = [0]
    var bytes: [UInt8] = []
    for text in texts {
      bytes += text.utf8
      offsets.append(UInt64(bytes.count))
    }
    return try flags(of: TextDictionary(offsets: offsets, bytes: bytes), executor)
  }

  /// The regular expression, and whether the text must not match it; nil for other operators.
  var regularExpression: (pattern: String, isNegated: Bool)? {
    guard case .regularExpression(_, let pattern) = test else { return nil }
    return (pattern, isNegated)
  }

  /// For each text that `eq` and `neq` name: its identity hash, and whether the text must be one of them. Nil for other
  /// operators.
  func identityHashes() -> (hashes: Set<UInt64>, isNegated: Bool)? {
    guard case .isOneOf(let values, _) = test else { return nil }
    return (values.identityHashes, isNegated)
  }

  /// Tests the texts one after another on one thread, because all share one step budget.
  private static func flags(
    of dictionary: TextDictionary, matching expression: RegularExpression, _ pattern: String,
    _ executor: ParallelExecutor
  ) throws(FilterError) -> [Bool] {
    let steps = ExpressionLimits.steps(textBytes: dictionary.byteCount)
    var matcher = RegularExpressionMatcher(expression, steps: steps, isCancelled: { executor.isCancelled })
    var isTooMuch = false
    var flags = Array(repeating: false, count: dictionary.count)
    dictionary.forEach { code, text in
      if code.isMultiple(of: 4096), executor.isCancelled { isTooMuch = true }
      if isTooMuch { return }
      do throws(StepsExceeded) { flags[code] = try matcher.matches(text) } catch { isTooMuch = true }
    }
    if isTooMuch, !executor.isCancelled {
      throw .tooManySteps(pattern: pattern, steps: steps, texts: dictionary.count)
    }
    return flags
  }

  private static func single(_ values: [String]) throws(FilterError) -> String {
    guard let value = values.first, values.count == 1 else { throw .needsOneValue }
    return value
  }
}

/// The reason why a filter cannot be used.
public enum FilterError: Error, Sendable, CustomStringConvertible {
  case needsOneValue
  case badRegularExpression(pattern: String, reason: String)
  /// Matching the texts of the column was stopped, because it took too many steps.
  case tooManySteps(pattern: String, steps: Int, texts: Int)

  public var description: String {
    switch self {
    case .needsOneValue: "the operator takes one string as its value"
    case .badRegularExpression(let pattern, let reason):
      "\"\(pattern)\" is not a regular expression: \(reason)"
    case .tooManySteps(let pattern, let steps, let texts):
      "expected a regular expression that takes at most \(steps) steps for the \(texts) values of the column, found "
        + "that \"\(pattern)\" takes more; one without backreferences, lookaround and large counts takes less"
    }
  }
}

/// An operator without its negation.
package enum TextTest: Sendable {
  case isOneOf(TextSet, texts: [String])
  case containsIgnoringCase(CaseInsensitiveSubstring)
  case isSet
  case predicate(@Sendable (String) -> Bool)
  case regularExpression(RegularExpression, pattern: String)

  fileprivate static func regularExpression(_ pattern: String) throws(FilterError) -> TextTest {
    do throws(RegularExpressionError) {
      return .regularExpression(try RegularExpression(pattern), pattern: pattern)
    } catch {
      throw .badRegularExpression(pattern: pattern, reason: "\(error)")
    }
  }
}

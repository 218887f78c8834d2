import JSON

/// Collects all violations, each with its location in the value and in the schema, up to a limit of their
/// number and of the bytes of their texts, because every element of a value may be a violation.
struct ErrorCollector: Reporter {
  static let mostErrors = 100_000
  static let mostBytes = 32 << 20
  /// How many errors may look for the nearest name, which takes much longer than the rest.
  static let mostSuggestions = 100

  private var bytes = 0
  private(set) var errors: [ValidationError] = []
  private let root: Subschema
  private var steps: [Step] = []

  init(root: Subschema) {
    self.root = root
  }

  mutating func reject(_ keyword: Keyword?, at place: PathToken, _ error: @autoclosure () -> String) {
    guard errors.count < Self.mostErrors, bytes < Self.mostBytes else { return }
    let suffix = keyword.map { "/\($0.rawValue)" } ?? ""
    let passesReference = steps.contains { $0.keyword == .ref }
    let subschema = steps.last?.subschema ?? root
    let violation = ValidationError(
      instanceLocation: steps.map(\.place.pointer).joined() + place.pointer,
      keywordLocation: steps.map { "/\($0.keyword.rawValue)\($0.token.pointer)" }.joined() + suffix,
      absoluteKeywordLocation: passesReference ? subschema.location(suffix) : nil,
      error: error())
    bytes +=
      violation.instanceLocation.utf8.count + violation.keywordLocation.utf8.count
      + violation.error.utf8.count
    errors.append(violation)
  }

  var isSuggesting: Bool { errors.count < Self.mostSuggestions }

  mutating func enter(_ step: @autoclosure () -> Step) {
    steps.append(step())
  }

  mutating func leave() {
    steps.removeLast()
  }
}

extension PathToken {
  /// The token as part of a JSON pointer, with its slash.
  fileprivate var pointer: String {
    switch self {
    case .none: ""
    case .name(let name): "/\(JSONPointer.escape(name))"
    case .position(let position): "/\(position)"
    }
  }
}

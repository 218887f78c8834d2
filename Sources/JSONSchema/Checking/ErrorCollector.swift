import JSON

/// All that does not fit, each with its place in the value and in the schema; up to a number of them, since a value
/// may consist of nothing else.
struct ErrorCollector: Reporter {
  static let mostErrors = 100_000

  private(set) var errors: [ValidationError] = []
  private let root: Subschema
  private var steps: [Step] = []

  init(root: Subschema) {
    self.root = root
  }

  mutating func reject(_ keyword: Keyword?, at place: PathToken, _ error: @autoclosure () -> String) {
    guard errors.count < Self.mostErrors else { return }
    let suffix = keyword.map { "/\($0.rawValue)" } ?? ""
    let passesReference = steps.contains { $0.keyword == .ref }
    let subschema = steps.last?.subschema ?? root
    errors.append(
      ValidationError(
        instanceLocation: steps.map(\.place.pointer).joined() + place.pointer,
        keywordLocation: steps.map { "/\($0.keyword.rawValue)\($0.token.pointer)" }.joined() + suffix,
        absoluteKeywordLocation: passesReference ? subschema.location(suffix) : nil,
        error: error()))
  }

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

/// Matches one expression with many texts, within a number of steps for all of them together.
///
/// How many steps a text takes depends on nothing but the expression and the text. What is needed for one text
/// is used again for the next.
public struct RegularExpressionMatcher {
  private let program: Program
  private var backtracker: Backtracker

  /// How many steps are left. A step is one instruction, or one scalar that a repetition passes.
  var remainingSteps: Int { backtracker.steps.count }

  /// - Parameter isCancelled: is asked every millisecond or so; where it says yes, matching ends as if steps did not
  ///   suffice.
  public init(_ expression: RegularExpression, steps: Int, isCancelled: @escaping () -> Bool = { false }) {
    program = expression.program
    backtracker = Backtracker(steps: StepBudget(steps: steps, isCancelled: isCancelled))
  }

  /// Whether the expression has a match anywhere in `text`.
  ///
  /// - Throws: where the steps do not suffice, or the text asks for more memory than ``Bounds`` allow.
  public mutating func matches(_ text: TextBytes) throws(StepsExceeded) -> Bool {
    var start = 0
    if program.search.usesLiteral {
      guard let place = try firstLiteral(in: text, from: 0) else { return false }
      switch program.search.literalPlace {
      case .whole: return true
      case .beginning: start = place
      case .anywhere: break
      }
    }
    try backtracker.begin(program, text)
    defer { backtracker.end() }
    if program.search.isAnchored { return try matches(text, at: 0) }
    while let place = try nextPlace(in: text, from: start) {
      if try matches(text, at: place) { return true }
      start = place + 1
    }
    return false
  }

  private mutating func matches(_ text: TextBytes, at place: Int) throws(StepsExceeded) -> Bool {
    try backtracker.match(program, text, from: 0, at: place) != nil
  }

  /// Where what stands in every match comes next.
  private mutating func firstLiteral(in text: TextBytes, from start: Int) throws(StepsExceeded) -> Int? {
    // What was noted of the text before may have been too much.
    try backtracker.steps.take(0)
    return try text.firstIndex(of: program.search.literal, from: start, &backtracker.steps)
  }

  /// The next place where a match may begin.
  private mutating func nextPlace(in text: TextBytes, from start: Int) throws(StepsExceeded) -> Int? {
    if program.search.literalPlace == .beginning { return try firstLiteral(in: text, from: start) }
    var place = start
    while place < text.count {
      let byte = text[place]
      // Not within a scalar.
      if byte & 0xC0 != 0x80,
        program.search.beginning.canBeEmpty || program.search.beginning.bytes.contains(byte)
      {
        return place
      }
      place += 1
    }
    return place == text.count && program.search.beginning.canBeEmpty ? place : nil
  }
}

/// The matching of an expression was given up: it took more steps, or more memory, than it may.
public struct StepsExceeded: Error, Equatable, Sendable {}

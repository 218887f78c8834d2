/// Matches one expression against many texts, within a number of steps for all of them together.
///
/// The number of steps for a text depends only on the expression and the text. Memory is reused from text to
/// text.
public struct RegularExpressionMatcher {
  private let program: Program
  private var backtracker: Backtracker

  /// The number of remaining steps. A step is one instruction, or one scalar that a repetition passes.
  var remainingSteps: Int { backtracker.steps.count }

  /// - Parameter isCancelled: Called about every millisecond; if it returns true, matching ends as if the
  ///   steps were exhausted.
  public init(_ expression: RegularExpression, steps: Int, isCancelled: @escaping () -> Bool = { false }) {
    program = expression.program
    backtracker = Backtracker(steps: StepBudget(steps: steps, isCancelled: isCancelled))
  }

  /// Returns whether the expression has a match anywhere in `text`.
  ///
  /// - Throws: if the steps are exhausted, or the text requires more memory than ``ExpressionLimits`` allow.
  public mutating func matches(_ text: TextBytes) throws(StepsExceeded) -> Bool {
    var start = 0
    if program.search.usesLiteral {
      guard let position = try firstLiteral(in: text, from: 0) else { return false }
      switch program.search.literalPosition {
      case .whole: return true
      case .beginning: start = position
      case .anywhere: break
      }
    }
    try backtracker.begin(program, text)
    defer { backtracker.end() }
    if program.search.isAnchored { return try matches(text, at: 0) }
    while let position = try nextCandidate(in: text, from: start) {
      if try matches(text, at: position) { return true }
      start = position + 1
    }
    return false
  }

  private mutating func matches(_ text: TextBytes, at position: Int) throws(StepsExceeded) -> Bool {
    try backtracker.match(program, text, from: 0, at: position) != nil
  }

  /// Returns the next position of the literal that occurs in every match.
  private mutating func firstLiteral(in text: TextBytes, from start: Int) throws(StepsExceeded) -> Int? {
    // The steps recorded for the previous text may already exceed the budget.
    try backtracker.steps.take(0)
    return try text.firstIndex(of: program.search.literal, from: start, &backtracker.steps)
  }

  /// Returns the next position at which a match may begin.
  private mutating func nextCandidate(in text: TextBytes, from start: Int) throws(StepsExceeded) -> Int? {
    if program.search.literalPosition == .beginning { return try firstLiteral(in: text, from: start) }
    var position = start
    while position < text.count {
      let byte = text[position]
      // Not within a scalar.
      if byte & 0xC0 != 0x80,
        program.search.beginning.canBeEmpty || program.search.beginning.bytes.contains(byte)
      {
        return position
      }
      position += 1
    }
    return position == text.count && program.search.beginning.canBeEmpty ? position : nil
  }
}

/// Matching was stopped, because it took more steps, or more memory, than allowed.
public struct StepsExceeded: Error, Equatable, Sendable {}

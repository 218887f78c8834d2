/// A compiled expression.
struct Program: Sendable {
  /// The registers of a group: its two ends, and the position at which it was last entered.
  static let registersPerGroup = 3

  var instructions: [Instruction] = []
  /// The bytes of all literals.
  var literals: [UInt8] = []
  var sets: [ScalarSet]
  /// The ASCII scalars of each set, as two words.
  let asciiSets: [UInt64]
  /// For each table of alternatives, and each byte and the end of the text: the start of the list in
  /// `choices`.
  var tables: [UInt32] = []
  /// Lists of instructions, each preceded by its count.
  var choices: [Int32] = []
  /// The number of instructions that remember where they have been.
  var memories = 0
  /// The number of registers for groups and iterations. Registers are part of a state, so a program with
  /// registers has no memories.
  var registers = 0
  var search = Search()

  static let tableCount = 257

  init(sets: [ScalarSet]) {
    self.sets = sets
    asciiSets = sets.flatMap { [$0.ascii.low, $0.ascii.high] }
  }
}

/// Facts about all matches, by which texts and positions are skipped quickly.
struct Search: Sendable {
  /// Whether matches begin only at the start of the text.
  var isAnchored = false
  /// The bytes with which a match can begin; a match may also be empty.
  var beginning = Beginning(bytes: .all, canBeEmpty: true)
  /// A literal in every match; empty if none is known.
  var literal: [UInt8] = []
  /// The position of the literal in the match.
  var literalPosition = LiteralPosition.anywhere

  /// Whether searching for the literal is worthwhile. If matches begin with it at the start of the text, the
  /// program detects its absence just as fast.
  var usesLiteral: Bool { !literal.isEmpty && !(isAnchored && literalPosition == .beginning) }

  enum LiteralPosition { case anywhere, beginning, whole }
}

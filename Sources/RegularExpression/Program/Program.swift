/// A compiled expression.
struct Program: Sendable {
  /// Values that a group needs: its ends, and where it was entered last.
  static let registersPerGroup = 3

  var instructions: [Instruction] = []
  /// The bytes of literals.
  var literals: [UInt8] = []
  var sets: [ScalarSet]
  /// Which scalars of ASCII each set has, in two words.
  let asciiSets: [UInt64]
  /// For each table of alternatives, and each byte and the end of the text, where its list begins in `choices`.
  var tables: [UInt32] = []
  /// Lists of places, each after its count.
  var choices: [Int32] = []
  /// How many instructions remember where they have been.
  var memories = 0
  /// How many values are kept of groups and iterations. They are part of a state, so there are no memories where
  /// there are registers.
  var registers = 0
  var search = Search()

  static let tableCount = 257

  init(sets: [ScalarSet]) {
    self.sets = sets
    asciiSets = sets.flatMap { [$0.ascii.low, $0.ascii.high] }
  }
}

/// What is known of all matches, by which texts and places are passed over quickly.
struct Search: Sendable {
  /// Matches begin at the beginning of the text.
  var isAnchored = false
  /// With what byte a match begins; the empty one is possible as well.
  var beginning = Beginning(bytes: .all, canBeEmpty: true)
  /// What stands in every match; empty where nothing is known.
  var literal: [UInt8] = []
  /// Where in the match that is.
  var literalPlace = LiteralPlace.anywhere

  /// Whether it is worth looking for the literal. Where matches begin with it at the beginning of the text, the
  /// program sees as fast that it is not there.
  var usesLiteral: Bool { !literal.isEmpty && !(isAnchored && literalPlace == .beginning) }

  enum LiteralPlace { case anywhere, beginning, whole }
}

/// Which rows of a block a request selects. One of these is used from block to block.
struct SelectionVector {
  /// By row, counted from the block's first; may be longer than the block.
  private(set) var flags: [Bool] = []
  /// Whether all rows of the block are selected.
  private(set) var isWhole = true
  /// Whether no row of the block is.
  private(set) var isEmpty = false
  /// How many flags from the first are known to be set, so that whole blocks cost nothing.
  private var knownSet = 0

  /// Selects `count` rows, all of them.
  mutating func selectAll(_ count: Int) {
    extend(&flags, to: count, with: true)
    if knownSet < count {
      for row in knownSet..<count { flags[row] = true }
      knownSet = count
    }
    (isWhole, isEmpty) = (true, false)
  }

  /// Selects those of `count` rows that `change` leaves the flags set of; they all are before.
  mutating func select(_ count: Int, _ change: (inout [Bool]) -> Void) {
    selectAll(count)
    change(&flags)
    (isWhole, isEmpty) = (false, !hasSet(flags.bytes, count))
    knownSet = 0
  }

  /// Selects all rows of a block or, where `isWhole` is false, some, without saying which.
  mutating func selectWithoutFlags(isWhole: Bool) { (self.isWhole, isEmpty) = (isWhole, false) }
}

// What leaf loops compute with instead of asking. A processor guesses which way a branch goes, and a wrong
// guess costs as much as a dozen additions; whether a row passes a filter or begins a visit cannot be guessed.
// The compiler is free to make a branch of `flag ? 1 : 0`, and often does.

extension Bool {
  /// 1 or 0.
  @inline(__always)
  var asOne: UInt8 {
    // Sound, here and below: a Bool is a byte that is 1 or 0.
    unsafeBitCast(self, to: UInt8.self)
  }

  /// Whether both are true; looks at both.
  @inline(__always)
  func and(_ other: Bool) -> Bool { unsafeBitCast(asOne & other.asOne, to: Bool.self) }

  /// Whether one is true; looks at both.
  @inline(__always)
  func or(_ other: Bool) -> Bool { unsafeBitCast(asOne | other.asOne, to: Bool.self) }
}

extension FixedWidthInteger {
  /// 1 or 0.
  @inline(__always)
  init(one flag: Bool) { self = Self(truncatingIfNeeded: flag.asOne) }

  /// `other` where the flag is set, else the number itself.
  @inline(__always)
  func replaced(by other: Self, where flag: Bool) -> Self {
    self ^ ((self ^ other) & (0 &- Self(one: flag)))
  }
}

/// The rows of a block that a request selects. One is reused from block to block.
struct SelectionMask {
  /// By row, counted from the block's first; may be longer than the block.
  private(set) var flags: [Bool] = []
  /// Whether all rows of the block are selected.
  private(set) var isWhole = true
  /// Whether of each visit either all rows are selected or none.
  private(set) var selectsWholeVisits = true
  /// Whether no row of the block is selected.
  private(set) var isEmpty = false
  /// The number of leading flags that are known to be set, so that whole blocks cost nothing.
  private var knownSet = 0

  /// Selects all of `count` rows.
  mutating func selectAll(_ count: Int) {
    extend(&flags, to: count, with: true)
    if knownSet < count {
      for row in knownSet..<count { flags[row] = true }
      knownSet = count
    }
    (isWhole, isEmpty, selectsWholeVisits) = (true, false, true)
  }

  /// Selects those of `count` rows whose flags are still set after `change`; all are set before it.
  ///
  /// - Parameter wholeVisits: Whether `change` treats all rows of a visit alike.
  mutating func select(_ count: Int, wholeVisits: Bool, _ change: (inout [Bool]) -> Void) {
    selectAll(count)
    change(&flags)
    (isWhole, isEmpty, selectsWholeVisits) = (false, !hasSet(flags.bytes, count), wholeVisits)
    knownSet = 0
  }

  /// Selects all rows of a block or, if `isWhole` is false, an unspecified part of them.
  mutating func selectUnmaterialized(isWhole: Bool) {
    (self.isWhole, isEmpty, selectsWholeVisits) = (isWhole, false, isWhole)
  }
}

// Branchless operations for leaf loops. A mispredicted branch costs as much as a dozen additions, and whether
// a row passes a filter or begins a visit cannot be predicted. The compiler may compile `flag ? 1 : 0` to a
// branch, and often does.

extension Bool {
  /// 1 or 0.
  @inline(__always)
  var asOne: UInt8 {
    // Sound, here and below: a Bool is a byte that is 1 or 0.
    unsafeBitCast(self, to: UInt8.self)
  }

  /// Returns whether both are true; evaluates both.
  @inline(__always)
  func and(_ other: Bool) -> Bool { unsafeBitCast(asOne & other.asOne, to: Bool.self) }

  /// Returns whether at least one is true; evaluates both.
  @inline(__always)
  func or(_ other: Bool) -> Bool { unsafeBitCast(asOne | other.asOne, to: Bool.self) }
}

extension FixedWidthInteger {
  /// 1 or 0.
  @inline(__always)
  init(one flag: Bool) { self = Self(truncatingIfNeeded: flag.asOne) }

  /// Returns `other` if the flag is set, else the number itself.
  @inline(__always)
  func replaced(by other: Self, where flag: Bool) -> Self {
    self ^ ((self ^ other) & (0 &- Self(one: flag)))
  }
}

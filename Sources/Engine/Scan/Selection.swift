/// Which rows of a block a request selects. One of these is used from block to block.
struct Selection {
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

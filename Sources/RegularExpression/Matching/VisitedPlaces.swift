/// Which instructions that remember have been where in a text: a bit each.
///
/// Clearing takes as long as what was set, however much there is room for, and what an instruction remembers has
/// words of its own, so that a part of the program can forget.
struct VisitedPlaces {
  private var words: [UInt64] = []
  /// The words that are not 0, in the order in which they became so.
  private var touched: [Int32] = []
  private var wordsPerMemory = 0

  /// So many words are set; what is set from here on can be cleared alone.
  var mark: Int { touched.count }

  /// Makes room for a text; false where it would be too much. Nothing may be set.
  mutating func makeRoom(memories: Int, textCount: Int) -> Bool {
    wordsPerMemory = textCount / UInt64.bitWidth + 1
    let (count, overflow) = wordsPerMemory.multipliedReportingOverflow(by: memories)
    guard !overflow, count <= Bounds.rememberedStates / UInt64.bitWidth else { return false }
    if words.count < count { words += repeatElement(0, count: count - words.count) }
    return true
  }

  /// Whether it is the first time that the instruction is at the place.
  mutating func enter(_ memory: Int32, _ position: Int) -> Bool {
    let index = Int(memory) * wordsPerMemory + position / UInt64.bitWidth
    let word = words[index]
    let bit: UInt64 = 1 << UInt64(position % UInt64.bitWidth)
    if word & bit != 0 { return false }
    if word == 0 { touched.append(Int32(index)) }
    words[index] = word | bit
    return true
  }

  /// Forgets what was set since the mark.
  mutating func clear(since mark: Int = 0) {
    while touched.count > mark { words[Int(touched.removeLast())] = 0 }
  }
}

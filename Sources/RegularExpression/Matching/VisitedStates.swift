/// Records at which positions of a text each remembering instruction has been: a bit for each.
///
/// Clearing takes time proportional to what was set, not to the capacity. Each instruction has words of its
/// own, so that the marks of a part of the program can be cleared alone.
struct VisitedStates {
  private var words: [UInt64] = []
  /// The indices of the words that are not 0, in the order in which they were first set.
  private var touched: [Int32] = []
  private var wordsPerMemory = 0

  /// The number of words that are set. What is set after this mark can be cleared alone.
  var mark: Int { touched.count }

  /// Makes room for a text; returns false if that would take too much memory. Nothing may be set.
  mutating func makeRoom(memories: Int, textCount: Int) -> Bool {
    wordsPerMemory = textCount / UInt64.bitWidth + 1
    let (count, overflow) = wordsPerMemory.multipliedReportingOverflow(by: memories)
    guard !overflow, count <= ExpressionLimits.rememberedStates / UInt64.bitWidth else { return false }
    if words.count < count { words += repeatElement(0, count: count - words.count) }
    return true
  }

  /// Marks the position, and returns whether the instruction is there for the first time.
  mutating func enter(_ memory: Int32, _ position: Int) -> Bool {
    let index = Int(memory) * wordsPerMemory + position / UInt64.bitWidth
    let word = words[index]
    let bit: UInt64 = 1 << UInt64(position % UInt64.bitWidth)
    if word & bit != 0 { return false }
    if word == 0 { touched.append(Int32(index)) }
    words[index] = word | bit
    return true
  }

  /// Clears what was set since the mark.
  mutating func clear(since mark: Int = 0) {
    while touched.count > mark { words[Int(touched.removeLast())] = 0 }
  }
}

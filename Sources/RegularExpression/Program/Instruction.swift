/// An instruction of a compiled expression. Each either continues, mostly with the next one, or fails; then
/// the search backtracks to the latest choice point.
///
/// Places in the program are 32 bits wide, so that an instruction is small.
enum Instruction {
  /// The expression, or the part of it that is matched independently, matches.
  case accept
  case byte(UInt8)
  /// Matches bytes of the program's literals.
  case bytes(start: Int32, count: Int32)
  /// Matches one scalar of a set.
  case set(Int32)
  /// Matches as many scalars of a set as possible, or fewer. If it remembers, it does not pass a position
  /// again that it has visited in any way.
  case loop(set: Int32, memory: Int32)
  /// Matches the same backwards.
  case byteBefore(UInt8)
  case setBefore(Int32)
  case jump(Int32)
  /// Continues at the first instruction; the second becomes a choice point.
  case split(first: Int32, second: Int32)
  /// Continues at those alternatives that can begin with the next byte.
  case choose(table: Int32)
  /// Fails at a position where it has been before. It is emitted where paths join: everything that could be
  /// found from there has already been tried.
  case once(memory: Int32)
  case assertion(Assertion)
  /// Tests whether the following instructions match here, up to their `accept`; continues at `end`.
  case lookaround(isNegated: Bool, end: Int32)
  /// Matches the following instructions, up to their `accept`, only in the first way in which they match.
  case atomic(end: Int32)

  // Captures. Only expressions with backreferences keep them.
  case open(group: Int32)
  case close(group: Int32)
  case forget(groups: Int32, count: Int32)
  case backreference(group: Int32, ignoresCase: Bool, isBehind: Bool)
  /// Stores the position in a register.
  case mark(register: Int32)
  /// Fails at the stored position: the iteration was empty.
  case progress(register: Int32)
}

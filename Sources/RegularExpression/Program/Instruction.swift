/// A step of a compiled expression. Each either goes on, mostly with the next one, or fails, upon which the last
/// open choice is tried.
///
/// Places in the program are 32 bits wide, so that an instruction is small.
enum Instruction {
  /// The expression, or the part of it that was asked for, matches.
  case accept
  case byte(UInt8)
  /// Bytes of the program's literals.
  case bytes(start: Int32, count: Int32)
  /// One scalar of a set.
  case set(Int32)
  /// As many scalars of a set as there are, or fewer. Where it remembers, a place that it has been at in any way
  /// is not passed again.
  case loop(set: Int32, memory: Int32)
  /// The same, towards the beginning of the text.
  case byteBefore(UInt8)
  case setBefore(Int32)
  case jump(Int32)
  /// Goes on at the first; the second is an open choice.
  case split(first: Int32, second: Int32)
  /// Goes on at those alternatives that can begin with the next byte.
  case choose(table: Int32)
  /// Fails at a place where it has been before. It stands where ways come together: whatever else would be found
  /// from there has been tried.
  case once(memory: Int32)
  case assertion(Assertion)
  /// Whether what follows, as far as its `accept`, matches here; goes on at `end`.
  case look(isNegated: Bool, end: Int32)
  /// Matches what follows, as far as its `accept`, in the first way in which it can be matched.
  case atomic(end: Int32)

  // Groups, which only expressions with backreferences keep.
  case open(group: Int32)
  case close(group: Int32)
  case forget(groups: Int32, count: Int32)
  case backreference(group: Int32, ignoresCase: Bool, isBehind: Bool)
  /// Notes the place in a register.
  case mark(register: Int32)
  /// Fails at the place that is noted: the iteration was empty.
  case progress(register: Int32)
}

/// Runs a program on a text by depth-first search, with a stack of choice points.
struct Backtracker {
  /// The steps that it takes to begin and end a subpattern, in addition to the subpattern's own steps.
  private static let stepsPerSubpattern = 4

  var steps: StepBudget
  private var choicePoints: [ChoicePoint] = []
  private var visited = VisitedStates()
  private var registers: [Int] = []

  init(steps: StepBudget) {
    self.steps = steps
  }

  /// Prepares for a text.
  mutating func begin(_ program: Program, _ text: TextBytes) throws(StepsExceeded) {
    guard text.count < Int32.max, visited.makeRoom(memories: program.memories, textCount: text.count) else {
      throw StepsExceeded()
    }
    if program.registers > 0 { registers = Array(repeating: -1, count: program.registers) }
  }

  /// Discards the state for a text.
  mutating func end() {
    choicePoints.removeAll(keepingCapacity: true)
    visited.clear()
  }

  /// Returns the end of the first match of the program from `start` to its `accept`, at `position` of the
  /// text; nil if there is none. Its choice points stay on the stack.
  mutating func match(
    _ program: Program, _ text: TextBytes, from start: Int, at position: Int
  ) throws(StepsExceeded) -> Int? {
    let instructions = program.instructions.span
    let base = choicePoints.count
    var state = (programCounter: start, position: position)
    while true {
      try steps.take(1)
      let next = state.programCounter + 1
      var hasFailed = false
      switch instructions[state.programCounter] {
      case .accept: return state.position
      case .byte(let byte):
        if state.position < text.count, text[state.position] == byte {
          state = (next, state.position + 1)
        } else {
          hasFailed = true
        }
      case .bytes(let start, let count):
        if text.has(program.literals.span, Int(start), Int(count), at: state.position) {
          state = (next, state.position + Int(count))
        } else {
          hasFailed = true
        }
      case .set(let set):
        if let end = text.end(of: set, program, at: state.position) {
          state = (next, end)
        } else {
          hasFailed = true
        }
      case .loop(let set, let memory):
        if let end = try loop(set, memory, program, text, from: state.position, next) {
          state = (next, end)
        } else {
          hasFailed = true
        }
      case .jump(let programCounter): state.programCounter = Int(programCounter)
      case .split(let first, let second):
        try pushChoicePoint(second, state.position)
        state.programCounter = Int(first)
      case .choose(let table):
        if let programCounter = try choose(Int(table), program, text, state.position) {
          state.programCounter = programCounter
        } else {
          hasFailed = true
        }
      case .once(let memory):
        state.programCounter = next
        hasFailed = !visited.enter(memory, state.position)
      case .assertion(let assertion):
        state.programCounter = next
        hasFailed = !text.holds(assertion, at: state.position)
      default:
        if let reached = try matchRare(instructions[state.programCounter], program, text, state) {
          state = reached
        } else {
          hasFailed = true
        }
      }
      if hasFailed {
        guard let resumed = resume(above: base, text) else { return nil }
        state = resumed
      }
    }
  }

  /// Matches as many scalars of a set as possible, and pushes a choice point to match fewer; nil if no choice
  /// is left.
  private mutating func loop(
    _ set: Int32, _ memory: Int32, _ program: Program, _ text: TextBytes, from start: Int, _ next: Int
  ) throws(StepsExceeded) -> Int? {
    let remembers = memory >= 0
    if remembers, !visited.enter(memory, start) { return nil }
    var position = start
    while let end = text.end(of: set, program, at: position) {
      if remembers, !visited.enter(memory, end) { break }
      position = end
    }
    steps.note(position - start)
    if position > start { try pushChoicePoint(Int32(next), position, shortest: start) }
    return position
  }

  /// Returns the first of the alternatives that can begin here, and pushes the others as choice points.
  private mutating func choose(
    _ table: Int, _ program: Program, _ text: TextBytes, _ position: Int
  ) throws(StepsExceeded) -> Int? {
    let column = position < text.count ? Int(text[position]) : Program.tableCount - 1
    let list = Int(program.tables[table * Program.tableCount + column])
    let count = Int(program.choices[list])
    guard count > 0 else { return nil }
    for index in stride(from: count, to: 1, by: -1) {
      try pushChoicePoint(program.choices[list + index], position)
    }
    return Int(program.choices[list + 1])
  }

  // MARK: Rare instructions

  private mutating func matchRare(
    _ instruction: Instruction, _ program: Program, _ text: TextBytes,
    _ state: (programCounter: Int, position: Int)
  ) throws(StepsExceeded) -> (programCounter: Int, position: Int)? {
    let (next, position) = (state.programCounter + 1, state.position)
    switch instruction {
    case .byteBefore(let byte):
      guard position > 0, text[position - 1] == byte else { return nil }
      return (next, position - 1)
    case .setBefore(let set):
      guard position > 0 else { return nil }
      let start = text.start(before: position)
      return text.end(of: set, program, at: start) == position ? (next, start) : nil
    case .lookaround(let isNegated, let end):
      let found = try matchSubpattern(program, text, from: next, at: position, keepsGroups: !isNegated)
      return (found == nil) == isNegated ? (Int(end), position) : nil
    case .atomic(let end):
      return try matchSubpattern(program, text, from: next, at: position, keepsGroups: true).map {
        (Int(end), $0)
      }
    case .open(let group): try set(Program.entry(of: group), position)
    case .close(let group):
      let entry = registers[Program.entry(of: group)]
      try set(Program.start(of: group), min(entry, position))
      try set(Program.end(of: group), max(entry, position))
    case .forget(let first, let count):
      for group in first..<(first + count) where registers[Program.end(of: group)] >= 0 {
        try set(Program.end(of: group), -1)
      }
    case .backreference(let group, let ignoresCase, let isBehind):
      return try matchBackreference(group, text, position, ignoresCase: ignoresCase, isBehind: isBehind)
        .map { (next, $0) }
    case .mark(let register): try set(Int(register), position)
    case .progress(let register): if registers[Int(register)] == position { return nil }
    default: preconditionFailure("the instruction is matched elsewhere")
    }
    return (next, position)
  }

  /// Matches a subpattern independently: its choice points are popped, and the places that it remembers are
  /// cleared, because having been at an instruction does not mean having failed there.
  private mutating func matchSubpattern(
    _ program: Program, _ text: TextBytes, from start: Int, at position: Int, keepsGroups: Bool
  ) throws(StepsExceeded) -> Int? {
    let (base, mark) = (choicePoints.count, visited.mark)
    let end = try match(program, text, from: start, at: position)
    steps.note(Self.stepsPerSubpattern + visited.mark - mark)
    visited.clear(since: mark)
    if keepsGroups {
      // Entries that restore groups stay, for the choice points before the subpattern.
      var kept = base
      for index in base..<choicePoints.count where choicePoints[index].isRestoring {
        choicePoints[kept] = choicePoints[index]
        kept += 1
      }
      choicePoints.removeLast(choicePoints.count - kept)
    } else {
      while let choice = choicePoints.count > base ? choicePoints.popLast() : nil { restore(choice) }
    }
    return end
  }

  /// Matches the text that a group has captured; a group that has not matched matches the empty text
  /// (ECMA-262, section 22.2.2.7.2).
  private mutating func matchBackreference(
    _ group: Int32, _ text: TextBytes, _ position: Int, ignoresCase: Bool, isBehind: Bool
  ) throws(StepsExceeded) -> Int? {
    let end = registers[Program.end(of: group)]
    guard end >= 0 else { return position }
    let group = registers[Program.start(of: group)]..<end
    steps.note(group.count)
    let start = isBehind ? position - group.count : position
    if start >= 0, text.has(group, at: start) { return isBehind ? start : position + group.count }
    return ignoresCase ? text.otherEnd(of: group, at: position, isBehind: isBehind) : nil
  }

  // MARK: Choice points and registers

  private mutating func pushChoicePoint(
    _ programCounter: Int32, _ position: Int, shortest: Int = -1
  ) throws(StepsExceeded) {
    guard choicePoints.count < ExpressionLimits.choicePoints else { throw StepsExceeded() }
    choicePoints.append(
      ChoicePoint(programCounter: programCounter, position: Int32(position), shortest: Int32(shortest)))
  }

  /// Sets a register until the search backtracks past this point.
  private mutating func set(_ register: Int, _ value: Int) throws(StepsExceeded) {
    try pushChoicePoint(-1 - Int32(register), registers[register])
    registers[register] = value
  }

  /// Not inlined: otherwise `resume` would check on each call whether the registers are uniquely referenced.
  @inline(never)
  private mutating func restore(_ choice: ChoicePoint) {
    if choice.isRestoring { registers[Int(-1 - choice.programCounter)] = Int(choice.position) }
  }

  /// Backtracks to the latest choice point.
  private mutating func resume(above base: Int, _ text: TextBytes) -> (programCounter: Int, position: Int)? {
    while choicePoints.count > base {
      let last = choicePoints.count - 1
      let choice = choicePoints[last]
      if choice.isRestoring {
        restore(choice)
        choicePoints.removeLast()
        continue
      }
      guard choice.shortest >= 0 else {
        choicePoints.removeLast()
        return (Int(choice.programCounter), Int(choice.position))
      }
      let position = text.start(before: Int(choice.position))
      if position > choice.shortest {
        choicePoints[last].position = Int32(position)
      } else {
        choicePoints.removeLast()
      }
      return (Int(choice.programCounter), position)
    }
    return nil
  }
}

/// A choice point: an instruction of the program and a position in the text from which to continue after a failure.
private struct ChoicePoint {
  /// If negative, it encodes a register, and `position` is the value to restore.
  let programCounter: Int32
  var position: Int32
  /// If a loop can give up scalars one by one, the position at which it began; else negative.
  let shortest: Int32

  var isRestoring: Bool { programCounter < 0 }
}

extension Program {
  fileprivate static func start(of group: Int32) -> Int { registersPerGroup * Int(group) }
  fileprivate static func end(of group: Int32) -> Int { registersPerGroup * Int(group) + 1 }
  /// The register of the position at which the group was entered, while it is being matched.
  fileprivate static func entry(of group: Int32) -> Int { registersPerGroup * Int(group) + 2 }
}

extension Compiler {
  mutating func compile(
    repeated node: Node, _ repetition: Repetition, isBehind: Bool
  ) throws(RegularExpressionError) {
    let outer = offset
    offset = repetition.offset
    defer { offset = outer }
    for _ in 0..<repetition.minimum {
      let start = here
      try compile(iteration: node, isBehind: isBehind)
      // Repeating nothing compiles to nothing.
      if here == start { return }
    }
    if let maximum = repetition.maximum {
      try compile(optional: node, times: maximum - repetition.minimum, repetition, isBehind: isBehind)
    } else if case .set(let set) = node, !isBehind, !(repetition.isLazy && dependsOnOrder) {
      try emit(.loop(set: Int32(set), memory: keepsGroups ? -1 : newMemory()))
    } else {
      try compile(star: node, repetition, isBehind: isBehind)
    }
  }

  /// Compiles up to `times` iterations, each of which may be the last.
  private mutating func compile(
    optional node: Node, times: Int, _ repetition: Repetition, isBehind: Bool
  ) throws(RegularExpressionError) {
    guard times > 0 else { return }
    var splits: [Int] = []
    for _ in 0..<times {
      splits.append(program.instructions.count)
      try emit(.accept)
      try compile(checkedIteration: node, isBehind: isBehind)
    }
    let end = here
    for split in splits { program.instructions[split] = branch(Int32(split + 1), end, repetition) }
    try emitOnce()
  }

  /// Compiles any number of iterations.
  private mutating func compile(
    star node: Node, _ repetition: Repetition, isBehind: Bool
  ) throws(RegularExpressionError) {
    let start = here
    // If it remembers, an empty iteration returns to a place that it has already visited.
    try emitOnce()
    let split = program.instructions.count
    try emit(.accept)
    try compile(checkedIteration: node, isBehind: isBehind)
    try emit(.jump(start))
    program.instructions[split] = branch(Int32(split + 1), here, repetition)
  }

  private func branch(_ again: Int32, _ end: Int32, _ repetition: Repetition) -> Instruction {
    repetition.isLazy ? .split(first: end, second: again) : .split(first: again, second: end)
  }

  /// Compiles an iteration beyond the minimum count, which must not be empty (ECMA-262, section 22.2.2.3.1).
  private mutating func compile(
    checkedIteration node: Node, isBehind: Bool
  ) throws(RegularExpressionError) {
    guard keepsGroups, node.beginning(program.sets).canBeEmpty else {
      return try compile(iteration: node, isBehind: isBehind)
    }
    let register = newRegister()
    try emit(.mark(register: register))
    try compile(iteration: node, isBehind: isBehind)
    try emit(.progress(register: register))
  }

  /// Compiles an iteration, which begins with its groups reset.
  private mutating func compile(iteration node: Node, isBehind: Bool) throws(RegularExpressionError) {
    if keepsGroups, let groups = node.groups {
      try emit(.forget(groups: Int32(groups.lowerBound), count: Int32(groups.count)))
    }
    try compile(node, isBehind: isBehind)
  }
}

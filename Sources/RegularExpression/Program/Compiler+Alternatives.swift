extension Compiler {
  mutating func compile(alternatives nodes: [Node], isBehind: Bool) throws(RegularExpressionError) {
    if isBehind || nodes.count == 2 {
      try compile(splitting: nodes, isBehind: isBehind)
    } else {
      try compile(choosing: nodes)
    }
    try emitOnce()
  }

  /// Compiles the alternatives so that they are tried one after another.
  private mutating func compile(splitting nodes: [Node], isBehind: Bool) throws(RegularExpressionError) {
    var jumps: [Int] = []
    for node in nodes.dropLast() {
      let split = program.instructions.count
      try emit(.accept)
      try compile(node, isBehind: isBehind)
      jumps.append(program.instructions.count)
      try emit(.accept)
      program.instructions[split] = .split(first: Int32(split + 1), second: here)
    }
    if let last = nodes.last { try compile(last, isBehind: isBehind) }
    for jump in jumps { program.instructions[jump] = .jump(here) }
  }

  /// Compiles the alternatives so that only those that can begin with the next byte are tried.
  private mutating func compile(choosing nodes: [Node]) throws(RegularExpressionError) {
    let table = program.tables.count / Program.tableCount
    program.tables += repeatElement(0, count: Program.tableCount)
    try emit(.choose(table: Int32(table)))
    var jumps: [Int] = []
    var addresses: [Int32] = []
    for node in nodes {
      addresses.append(here)
      try compile(node, isBehind: false)
      jumps.append(program.instructions.count)
      try emit(.accept)
    }
    for jump in jumps { program.instructions[jump] = .jump(here) }
    fill(table, addresses, nodes.map { $0.beginning(program.sets) })
  }

  private mutating func fill(_ table: Int, _ addresses: [Int32], _ beginnings: [Beginning]) {
    var known: [[Int32]: UInt32] = [:]
    for index in 0..<Program.tableCount {
      let byte = UInt8(exactly: index)
      let list = zip(addresses, beginnings)
        .filter { $1.canBeEmpty || byte.map($1.bytes.contains) ?? false }.map(\.0)
      let start = known[list] ?? UInt32(program.choices.count)
      if known.updateValue(start, forKey: list) == nil {
        program.choices.append(Int32(list.count))
        program.choices += list
      }
      program.tables[table * Program.tableCount + index] = start
    }
  }
}

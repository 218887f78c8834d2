/// Compiles a parsed expression to a program. Counted repetitions are unrolled, so that a state is only an
/// instruction of the program and a position in the text.
struct Compiler {
  var program: Program
  let names: [(name: String, group: Int)]
  /// Whether captures are kept, because something refers to them.
  let keepsGroups: Bool
  /// Whether it matters which match is found first.
  let dependsOnOrder: Bool
  /// The position of the quantifier that is being unrolled, for the error that the program is too large.
  var offset = 0

  static func program(
    of node: Node, sets: [ScalarSet], names: [(name: String, group: Int)]
  ) throws(RegularExpressionError) -> Program {
    var compiler = Compiler(node, sets, names)
    try compiler.compile(node, isBehind: false)
    try compiler.emit(.accept)
    let literal = RequiredLiteral(of: node)
    compiler.program.search = Search(
      isAnchored: node.isAnchored, beginning: node.beginning(sets), literal: literal.longest,
      literalPosition: literal.isWhole ? .whole : literal.isAtBeginning ? .beginning : .anywhere)
    return compiler.program
  }

  private init(_ node: Node, _ sets: [ScalarSet], _ names: [(name: String, group: Int)]) {
    program = Program(sets: sets)
    self.names = names
    keepsGroups = node.hasBackreferences
    dependsOnOrder = node.dependsOnOrder
    if keepsGroups { program.registers = Program.registersPerGroup * ((node.groups?.upperBound ?? 0) + 1) }
  }

  // MARK: Parts

  /// Emits the instructions that match `node`; they match backwards inside a lookbehind.
  mutating func compile(_ node: Node, isBehind: Bool) throws(RegularExpressionError) {
    switch node {
    case .empty: break
    case .scalar: try compile(literal: [node], isBehind: isBehind)
    case .set(let set): try emit(isBehind ? .setBefore(Int32(set)) : .set(Int32(set)))
    case .assertion(let assertion): try emit(.assertion(assertion))
    case .sequence(let nodes): try compile(sequence: nodes, isBehind: isBehind)
    case .alternatives(let nodes): try compile(alternatives: nodes, isBehind: isBehind)
    case .group(let node, let number):
      if keepsGroups { try emit(.open(group: Int32(number))) }
      try compile(node, isBehind: isBehind)
      if keepsGroups { try emit(.close(group: Int32(number))) }
    case .repeated(let node, let repetition): try compile(repeated: node, repetition, isBehind: isBehind)
    case .atomic(let node):
      try compile(subpattern: node, isBehind: isBehind) { .atomic(end: $0) }
    case .lookaround(let node, let lookaround):
      try compile(subpattern: node, isBehind: lookaround.isBehind) {
        .lookaround(isNegated: lookaround.isNegated, end: $0)
      }
    case .backreference(let reference, let ignoresCase):
      try emit(
        .backreference(group: Int32(number(of: reference)), ignoresCase: ignoresCase, isBehind: isBehind))
    }
  }

  /// Compiles a subpattern that is matched independently.
  private mutating func compile(
    subpattern node: Node, isBehind: Bool, _ instruction: (Int32) -> Instruction
  ) throws(RegularExpressionError) {
    let start = program.instructions.count
    try emit(.accept)
    try compile(node, isBehind: isBehind)
    try emit(.accept)
    program.instructions[start] = instruction(here)
  }

  private mutating func compile(sequence nodes: [Node], isBehind: Bool) throws(RegularExpressionError) {
    var rest = isBehind ? nodes.reversed()[...] : nodes[...]
    while let first = rest.first {
      let literal = rest.prefix { if case .scalar = $0 { true } else { false } }
      if literal.isEmpty {
        try compile(first, isBehind: isBehind)
        rest = rest.dropFirst()
      } else {
        try compile(literal: literal, isBehind: isBehind)
        rest = rest.dropFirst(literal.count)
      }
    }
  }

  private mutating func compile(literal nodes: ArraySlice<Node>, isBehind: Bool)
    throws(RegularExpressionError)
  {
    var bytes: [UInt8] = []
    for case .scalar(let scalar) in nodes {
      bytes += isBehind ? Array(String(scalar).utf8.reversed()) : Array(String(scalar).utf8)
    }
    if isBehind {
      for byte in bytes { try emit(.byteBefore(byte)) }
    } else if bytes.count == 1 {
      try emit(.byte(bytes[0]))
    } else {
      try emit(.bytes(start: Int32(program.literals.count), count: Int32(bytes.count)))
      program.literals += bytes
    }
  }

  private func number(of reference: GroupReference) -> Int {
    switch reference {
    case .number(let number): return number
    case .name(let name):
      guard let group = names.first(where: { $0.name == name })?.group else {
        preconditionFailure("the parser lets through a reference to no group")
      }
      return group
    }
  }

  // MARK: Instructions

  /// The index of the next instruction.
  var here: Int32 { Int32(program.instructions.count) }

  mutating func emit(_ instruction: Instruction) throws(RegularExpressionError) {
    guard program.instructions.count < ExpressionLimits.instructions else {
      throw RegularExpressionError(
        offset: offset,
        problem:
          "expected an expression of at most \(ExpressionLimits.instructions) steps with its repetitions "
          + "written out, found more")
    }
    program.instructions.append(instruction)
  }

  /// Marks an instruction where paths of the program join.
  mutating func emitOnce() throws(RegularExpressionError) {
    if !keepsGroups { try emit(.once(memory: newMemory())) }
  }

  mutating func newMemory() -> Int32 {
    program.memories += 1
    return Int32(program.memories - 1)
  }

  mutating func newRegister() -> Int32 {
    program.registers += 1
    return Int32(program.registers - 1)
  }
}

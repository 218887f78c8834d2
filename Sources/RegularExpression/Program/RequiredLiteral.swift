/// Finds the longest run of literal bytes that occurs in every match.
struct RequiredLiteral {
  private(set) var longest: [UInt8] = []
  /// Whether every match begins with the longest run.
  private(set) var isAtBeginning = false
  /// Whether a match consists only of the literal.
  var isWhole: Bool { isAtBeginning && !hasOthers }

  private var run: [UInt8] = []
  private var runIsAtBeginning = true
  private var hasOthers = false

  init(of node: Node) {
    visit(node)
    endRun()
  }

  private mutating func visit(_ node: Node) {
    switch node {
    case .empty: break
    case .assertion: hasOthers = true
    case .lookaround(let node, let lookaround) where !lookaround.isNegated:
      // It occurs somewhere in the text, but not within the match.
      breakRun()
      visit(node)
      breakRun()
    case .lookaround: hasOthers = true
    case .scalar(let scalar): run += String(scalar).utf8
    case .sequence(let nodes):
      for node in nodes { visit(node) }
    case .group(let node, _): visit(node)
    case .repeated(let node, let repetition) where repetition.minimum > 0:
      // It occurs at least once; what follows its first iteration is not analysed.
      visit(node)
      breakRun()
    default: breakRun()
    }
  }

  private mutating func breakRun() {
    endRun()
    hasOthers = true
    runIsAtBeginning = false
  }

  private mutating func endRun() {
    if run.count > longest.count {
      longest = run
      isAtBeginning = runIsAtBeginning
    }
    run = []
  }
}

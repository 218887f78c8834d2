/// A set of bytes.
struct ByteSet: Sendable, Equatable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static let all: ByteSet = {
    var all = ByteSet()
    all.words = (.max, .max, .max, .max)
    return all
  }()

  static func == (a: ByteSet, b: ByteSet) -> Bool { a.words == b.words }

  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word >> (byte & 63) & 1 != 0
  }

  mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << (byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  /// Inserts every byte with which a scalar of the set can begin.
  mutating func insert(_ set: ScalarSet) {
    words.0 |= set.ascii.low
    words.1 |= set.ascii.high
    if set.mayHoldOthers { (words.2, words.3) = (.max, .max) }
  }

  mutating func formUnion(_ other: ByteSet) {
    words = (
      words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3
    )
  }
}

/// The bytes with which the matches of a part can begin.
struct Beginning: Sendable {
  var bytes = ByteSet()
  /// Whether a match may be empty, so that it begins with what follows, if anything.
  var canBeEmpty: Bool
}

extension Node {
  func beginning(_ sets: [ScalarSet]) -> Beginning {
    switch self {
    case .empty, .assertion, .lookaround: return Beginning(canBeEmpty: true)
    case .scalar(let scalar):
      var beginning = Beginning(canBeEmpty: false)
      beginning.bytes.insert(Array(String(scalar).utf8)[0])
      return beginning
    case .set(let set):
      var beginning = Beginning(canBeEmpty: false)
      beginning.bytes.insert(sets[set])
      return beginning
    case .sequence(let nodes):
      var beginning = Beginning(canBeEmpty: true)
      for node in nodes where beginning.canBeEmpty {
        let next = node.beginning(sets)
        beginning.bytes.formUnion(next.bytes)
        beginning.canBeEmpty = next.canBeEmpty
      }
      return beginning
    case .alternatives(let nodes):
      var beginning = Beginning(canBeEmpty: false)
      for node in nodes {
        let other = node.beginning(sets)
        beginning.bytes.formUnion(other.bytes)
        beginning.canBeEmpty = beginning.canBeEmpty || other.canBeEmpty
      }
      return beginning
    case .group(let node, _), .atomic(let node): return node.beginning(sets)
    case .repeated(let node, let repetition):
      if repetition.maximum == 0 { return Beginning(canBeEmpty: true) }
      var beginning = node.beginning(sets)
      if repetition.minimum == 0 { beginning.canBeEmpty = true }
      return beginning
    case .backreference: return Beginning(bytes: .all, canBeEmpty: true)
    }
  }

  /// Whether every match begins at the start of the text.
  var isAnchored: Bool {
    switch self {
    case .assertion(.textStart): true
    case .sequence(let nodes): nodes.first?.isAnchored ?? false
    case .alternatives(let nodes): nodes.allSatisfy(\.isAnchored)
    case .group(let node, _), .atomic(let node): node.isAnchored
    default: false
    }
  }
}

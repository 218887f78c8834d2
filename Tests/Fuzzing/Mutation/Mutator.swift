import TestSupport

/// Inputs that are nearly right: those of a corpus, spoilt in a few places. The same seed gives the same ones.
struct Mutator {
  private let corpus: [[UInt8]]
  private let splices: [[UInt8]]
  private let maximumCount: Int
  private var random: SeededGenerator

  /// - Parameters:
  ///   - corpus: not empty.
  ///   - splices: pieces of text that mean something where the inputs are read.
  ///   - maximumCount: bytes of the longest input; longer ones are cut off.
  init(_ corpus: [[UInt8]], splices: [String] = [], maximumCount: Int = 1 << 14, seed: UInt64) {
    precondition(!corpus.isEmpty)
    self.corpus = corpus
    self.splices = (splices + Self.everywhere).map { Array($0.utf8) } + Self.notText
    self.maximumCount = maximumCount
    random = SeededGenerator(seed: seed)
  }

  mutating func next() -> [UInt8] {
    var input = pick(corpus)
    for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&input) }
    return Array(input.prefix(maximumCount))
  }

  /// Pieces that are worth a try in every text.
  private static let everywhere = [
    "", "\0", "\n", "\r\n", "\\", "\"", "\"\"", ",", ":", "[", "]", "{", "}", "0", "-", "1e400", "-1e-400",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "\u{FEFF}",
    "\\u0000", "\\ud800", "\\ud83d\\ude00", "é", "e\u{301}", "😀", "null", "true", "false",
  ]

  /// Bytes that are no UTF-8: cut off, overlong, half of a pair, never there.
  private static let notText: [[UInt8]] = [
    [0xC3], [0xF0, 0x9F, 0x98], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
    [0xFE, 0xFF],
  ]

  private mutating func mutate(_ input: inout [UInt8]) {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: flipBit(&input)
    case 1: setByte(&input)
    case 2: input.insert(contentsOf: pick(splices), at: place(in: input))
    case 3: input.replaceSubrange(range(in: input), with: pick(splices))
    case 4: input.removeSubrange(range(in: input))
    case 5: copyPart(within: &input)
    case 6: join(&input)
    case 7: copyPart(of: pick(corpus), into: &input)
    case 8: nest(&input)
    default: replaceNumber(&input)
    }
  }

  private mutating func flipBit(_ input: inout [UInt8]) {
    guard let index = input.indices.randomElement(using: &random) else { return }
    input[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  }

  private mutating func setByte(_ input: inout [UInt8]) {
    guard let index = input.indices.randomElement(using: &random) else { return }
    input[index] = UInt8.random(in: 0...255, using: &random)
  }

  /// The beginning of this input and the end of another.
  private mutating func join(_ input: inout [UInt8]) {
    let other = pick(corpus)
    input = Array(input[..<place(in: input)] + other[place(in: other)...])
  }

  /// Says something twice: a member, a field, a row.
  private mutating func copyPart(within input: inout [UInt8]) {
    copyPart(of: input, into: &input)
  }

  /// What stands between two marks goes behind another mark.
  private mutating func copyPart(of source: [UInt8], into input: inout [UInt8]) {
    let (from, to) = (marks(in: source), marks(in: input))
    guard let first = from.indices.randomElement(using: &random), let place = to.randomElement(using: &random)
    else { return }
    let last = min(first + Int.random(in: 1...8, using: &random), from.count - 1)
    input.insert(contentsOf: source[from[first]..<from[last]], at: place)
  }

  /// Puts brackets around a part, once or so many times that a limit is passed.
  private mutating func nest(_ input: inout [UInt8]) {
    let part = range(in: input)
    let depth = Bool.random(using: &random) ? 1 : Int.random(in: 100...300, using: &random)
    let isArray = Bool.random(using: &random)
    let (before, after) = isArray ? ("[", "]") : ("{\"filters\":", "}")
    let opening = [UInt8](repeatElement(Array(before.utf8), count: depth).joined())
    let closing = [UInt8](repeatElement(Array(after.utf8), count: depth).joined())
    input.replaceSubrange(part, with: opening + input[part] + closing)
  }

  /// Puts another number in the place of one.
  private mutating func replaceNumber(_ input: inout [UInt8]) {
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    let start = place(in: input)
    guard let first = input[start...].firstIndex(where: isDigit) else { return }
    let digits = input[first...].prefix(while: isDigit)
    let bits = Int.random(in: 0..<64, using: &random)
    let number = Int64(truncatingIfNeeded: random.next() >> UInt64(bits))
    input.replaceSubrange(digits.indices, with: "\(number)".utf8)
  }

  // MARK: Choosing

  private mutating func pick<Element>(_ all: [Element]) -> Element {
    all[Int.random(in: all.indices, using: &random)]
  }

  private mutating func place(in input: [UInt8]) -> Int { Int.random(in: 0...input.count, using: &random) }

  /// Mostly short.
  private mutating func range(in input: [UInt8]) -> Range<Int> {
    let start = place(in: input)
    let longest = input.count - start
    let count = Int.random(in: 0...longest, using: &random)
    return start..<start + (Bool.random(using: &random) ? min(count, 8) : count)
  }

  /// Where a member, an element or a field may begin.
  private func marks(in input: [UInt8]) -> [Int] {
    input.indices.filter { "{[,\n".utf8.contains(input[$0]) }.map { $0 + 1 } + [input.count]
  }
}

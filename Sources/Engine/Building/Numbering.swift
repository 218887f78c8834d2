/// The numbers that the codes of several builders get in common, in order of first appearance.
struct Numbering {
  private static let unknown = UInt32.max
  private var numbers: [[UInt32]]

  /// `counts` says how many codes each builder has; those below `known` mean the same everywhere.
  init(_ counts: [Int], known: UInt32 = 0) {
    numbers = counts.map { count in
      (0..<count).map { $0 < known ? UInt32($0) : Self.unknown }
    }
  }

  /// The number of `code`, which `add` gives it when it is met first.
  @inline(__always)
  mutating func number(of code: UInt32, from builder: Int, add: (UInt32) -> UInt32) -> UInt32 {
    let number = numbers[builder][Int(code)]
    if number != Self.unknown { return number }
    let added = add(code)
    numbers[builder][Int(code)] = added
    return added
  }

  /// Writes the numbers of one builder's codes, which fit `Number`.
  mutating func number<Number: FixedWidthInteger>(
    _ codes: UnsafeBufferPointer<UInt32>, from builder: Int, to output: UnsafeMutableBufferPointer<Number>,
    add: (UInt32) -> UInt32
  ) {
    precondition(output.count == codes.count)
    var numbers = numbers[builder].mutableSpan
    for row in codes.indices {
      let code = codes[row]
      var number = numbers[Int(code)]
      if number == Self.unknown {
        number = add(code)
        numbers[Int(code)] = number
      }
      output[row] = Number(truncatingIfNeeded: number)
    }
  }
}

/// By dictionary code: a bit for each condition of a request that the code's text meets.
struct CodePredicate<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
  /// Up to this many codes, each is compared with all rows, many rows at once; with more codes, looking up
  /// each row is faster.
  static var maximumComparedCodes: Int { 4 }

  /// By code.
  let table: [Bits]
  /// The codes that have bits, if there are at most `maximumComparedCodes`.
  let few: [(code: UInt32, bits: Bits)]?
  /// The code without bits, if there is exactly one.
  fileprivate let only: UInt32?

  init(table: [Bits]) {
    self.table = table
    let without = table.indices.lazy.filter { table[$0] == 0 }.prefix(2)
    only = without.count == 1 ? without.first.map { UInt32($0) } : nil
    let codes = table.indices.lazy.filter { table[$0] != 0 }.prefix(Self.maximumComparedCodes + 1)
    few = codes.count > Self.maximumComparedCodes ? nil : codes.map { (UInt32($0), table[$0]) }
  }

  /// A single bit, set for the codes whose flag is set.
  init(flags: [Bool]) { self.init(table: flags.map { $0 ? 1 : 0 }) }

  /// A single bit, set for one code.
  init(code: UInt32) { self.init(table: Array(repeating: 0, count: Int(code)) + [1]) }

  /// Sets bit `i` for the texts of `dictionary` that match `patterns[i]`, unless that is nil.
  init(_ patterns: [WildcardPattern?], _ dictionary: TextDictionary, _ executor: ParallelExecutor) {
    var table = Array(repeating: Bits(0), count: dictionary.count)
    for (index, codes) in dictionary.codes(matching: patterns, on: executor).enumerated() {
      codes.forEach { code in
        table[code] |= 1 << Bits(index)
        return true
      }
    }
    self.init(table: table)
  }
}

/// Sets the first `count` of `bits` to 0.
func reset<Bits: FixedWidthInteger>(_ bits: inout [Bits], _ count: Int) {
  extend(&bits, to: count, with: 0)
  for row in 0..<count { bits[row] = 0 }
}

extension CodeColumn {
  /// Adds the bits of the codes of `rows` to `output`, by row from the first.
  func combine<Bits>(_ bits: CodePredicate<Bits>, _ rows: Range<Int>, into output: inout [Bits]) {
    var output = output.mutableSpan
    switch self {
    case .one(let column): combineBits(bits, column.span.extracting(rows), &output)
    case .two(let column): combineBits(bits, column.span.extracting(rows), &output)
    case .four(let column): combineBits(bits, column.span.extracting(rows), &output)
    }
  }

  /// Clears the flag of each row of `selected` whose code has no bit. The predicate has only one bit.
  func narrow(_ selected: inout [Bool], _ rows: Range<Int>, to bits: CodePredicate<UInt8>) {
    selected.withMutableBytes { selected in
      switch self {
      case .one(let column): intersectBits(bits, column.span.extracting(rows), &selected)
      case .two(let column): intersectBits(bits, column.span.extracting(rows), &selected)
      case .four(let column): intersectBits(bits, column.span.extracting(rows), &selected)
      }
    }
  }
}

private func combineBits<Code: FixedWidthInteger, Bits>(
  _ bits: CodePredicate<Bits>, _ codes: Span<Code>, _ output: inout MutableSpan<Bits>
) {
  guard let few = bits.few else { return lookUp(codes, bits.table.span, &output) { $0 | $1 } }
  for (code, bits) in few {
    if let code = Code(exactly: code) { compare(codes, code, bits, &output) { $0 | $1 } }
  }
}

private func intersectBits<Code: FixedWidthInteger>(
  _ bits: CodePredicate<UInt8>, _ codes: Span<Code>, _ selected: inout MutableSpan<UInt8>
) {
  if let few = bits.few, few.count == 1, let code = Code(exactly: few[0].code) {
    compare(codes, code, 1, &selected) { $0 & $1 }
  } else if let code = bits.only {
    if let code = Code(exactly: code) { compare(codes, code, 1, &selected) { $0 & ($1 ^ 1) } }
  } else {
    lookUp(codes, bits.table.span, &selected) { $0 & $1 }
  }
}

/// Combines each element of `output` with the entry in `table` of the row's code.
@inline(__always)
private func lookUp<Code: FixedWidthInteger, Bits: FixedWidthInteger>(
  _ codes: Span<Code>, _ table: Span<Bits>, _ output: inout MutableSpan<Bits>,
  _ combine: (Bits, Bits) -> Bits
) {
  precondition(output.count >= codes.count)
  var row = 0
  while row < codes.count {
    output[unchecked: row] = combine(output[unchecked: row], table[Int(codes[unchecked: row])])
    row &+= 1
  }
}

/// Does the same with a table that has `bits` for one code and 0 for all others.
@inline(__always)
private func compare<Code: FixedWidthInteger, Bits: FixedWidthInteger>(
  _ codes: Span<Code>, _ code: Code, _ bits: Bits, _ output: inout MutableSpan<Bits>,
  _ combine: (Bits, Bits) -> Bits
) {
  precondition(output.count >= codes.count)
  var row = 0
  while row < codes.count {
    output[unchecked: row] = combine(output[unchecked: row], codes[unchecked: row] == code ? bits : 0)
    row &+= 1
  }
}

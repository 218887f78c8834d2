/// A bit for every condition of a request that the texts of a column meet, by code.
struct CodePredicate<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
  /// Rows are compared with up to so many codes, one code after the other, which takes many rows at once;
  /// with more codes it is quicker to look each row up.
  static var mostCompared: Int { 4 }

  /// By code.
  let table: [Bits]
  /// The codes that have bits, where they are few.
  let few: [(code: UInt32, bits: Bits)]?

  init(table: [Bits]) {
    self.table = table
    let codes = table.indices.lazy.filter { table[$0] != 0 }.prefix(Self.mostCompared + 1)
    few = codes.count > Self.mostCompared ? nil : codes.map { (UInt32($0), table[$0]) }
  }

  /// One bit, for one code.
  init(code: UInt32) { self.init(table: Array(repeating: 0, count: Int(code)) + [1]) }

  /// The bits of `dictionary`'s texts: bit `i` for those that match `patterns[i]`, where that is not nil.
  init(_ patterns: [WildcardPattern?], _ dictionary: TextDictionary, _ scanner: Scanner) {
    var table = Array(repeating: Bits(0), count: dictionary.count)
    for (index, codes) in dictionary.codes(matching: patterns, on: scanner).enumerated() {
      codes.forEach { code in
        table[code] |= 1 << Bits(index)
        return true
      }
    }
    self.init(table: table)
  }
}

/// Makes the first `count` of `bits` 0.
func reset<Bits: FixedWidthInteger>(_ bits: inout [Bits], _ count: Int) {
  extend(&bits, to: count, with: 0)
  for row in 0..<count { bits[row] = 0 }
}

extension CodeColumn {
  /// Sets in `output` the bits that the codes of `rows` have, by row from the first.
  func join<Bits>(_ bits: CodePredicate<Bits>, _ rows: Range<Int>, into output: inout [Bits]) {
    var output = output.mutableSpan
    switch self {
    case .one(let column): joinBits(bits, column.span.extracting(rows), &output)
    case .two(let column): joinBits(bits, column.span.extracting(rows), &output)
    case .four(let column): joinBits(bits, column.span.extracting(rows), &output)
    }
  }

  /// Takes the flag from each row of `selected` whose code has no bit. There is one bit only.
  func narrow(_ selected: inout [Bool], _ rows: Range<Int>, to bits: CodePredicate<UInt8>) {
    selected.withMutableBytes { selected in
      switch self {
      case .one(let column): keepBits(bits, column.span.extracting(rows), &selected)
      case .two(let column): keepBits(bits, column.span.extracting(rows), &selected)
      case .four(let column): keepBits(bits, column.span.extracting(rows), &selected)
      }
    }
  }
}

private func joinBits<Code: FixedWidthInteger, Bits>(
  _ bits: CodePredicate<Bits>, _ codes: Span<Code>, _ output: inout MutableSpan<Bits>
) {
  guard let few = bits.few else { return lookUp(codes, bits.table.span, &output) { $0 | $1 } }
  for (code, bits) in few {
    if let code = Code(exactly: code) { compare(codes, code, bits, &output) { $0 | $1 } }
  }
}

private func keepBits<Code: FixedWidthInteger>(
  _ bits: CodePredicate<UInt8>, _ codes: Span<Code>, _ selected: inout MutableSpan<UInt8>
) {
  if let few = bits.few, few.count == 1, let code = Code(exactly: few[0].code) {
    compare(codes, code, 1, &selected) { $0 & $1 }
  } else {
    lookUp(codes, bits.table.span, &selected) { $0 & $1 }
  }
}

/// Replaces each element of `output` by what `combine` makes of it and the row's entry in `table`.
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

/// The same with a table that has `bits` for one code and none for the others.
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

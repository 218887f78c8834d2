// The loops over codes. Each has one generic body, which is specialised for the three widths.
//
// Those without branches count rows up with `while`: in that form the compiler takes many rows at once.

extension CodeColumn {
  /// Writes the codes of `rows` to the start of `output`, which grows as needed.
  func copy(_ rows: Range<Int>, to output: inout [UInt32]) {
    extend(&output, to: rows.count, with: 0)
    switch self {
    case .one(let column): copyCodes(column.span.extracting(rows), to: &output)
    case .two(let column): copyCodes(column.span.extracting(rows), to: &output)
    case .four(let column): copyCodes(column.span.extracting(rows), to: &output)
    }
  }

  /// Writes `table[code]` of each of `rows` to the start of `output`.
  func look<Value: BitwiseCopyable>(up table: [Value], _ rows: Range<Int>, into output: inout [Value]) {
    var output = output.mutableSpan
    switch self {
    case .one(let column): lookUp(column.span.extracting(rows), table.span, &output) { $1 }
    case .two(let column): lookUp(column.span.extracting(rows), table.span, &output) { $1 }
    case .four(let column): lookUp(column.span.extracting(rows), table.span, &output) { $1 }
    }
  }

  /// Sets in `output` the bits that `table[code]` of each of `rows` has.
  func join<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ table: [Bits], _ rows: Range<Int>, into output: inout [Bits]
  ) {
    var output = output.mutableSpan
    switch self {
    case .one(let column): lookUp(column.span.extracting(rows), table.span, &output) { $0 | $1 }
    case .two(let column): lookUp(column.span.extracting(rows), table.span, &output) { $0 | $1 }
    case .four(let column): lookUp(column.span.extracting(rows), table.span, &output) { $0 | $1 }
    }
  }

  /// Takes the flag from each row of `selected` whose code's flag in `passes` is not set.
  func narrow(_ selected: inout [Bool], _ rows: Range<Int>, by passes: [Bool]) {
    let passes = passes.bytes
    selected.withMutableBytes { selected in
      switch self {
      case .one(let column): lookUp(column.span.extracting(rows), passes, &selected) { $0 & $1 }
      case .two(let column): lookUp(column.span.extracting(rows), passes, &selected) { $0 & $1 }
      case .four(let column): lookUp(column.span.extracting(rows), passes, &selected) { $0 & $1 }
      }
    }
  }

  /// Adds one to `counts[code]` for each of `rows`.
  func count(_ rows: Range<Int>, into counts: inout [Int]) {
    switch self {
    case .one(let column): countCodes(column.span.extracting(rows), &counts)
    case .two(let column): countCodes(column.span.extracting(rows), &counts)
    case .four(let column): countCodes(column.span.extracting(rows), &counts)
    }
  }

  /// Adds one to `counts[code]` for each of `rows` whose flag is set.
  func count(_ rows: Range<Int>, where selected: [Bool], into counts: inout [Int]) {
    switch self {
    case .one(let column): countCodes(column.span.extracting(rows), selected.span, &counts)
    case .two(let column): countCodes(column.span.extracting(rows), selected.span, &counts)
    case .four(let column): countCodes(column.span.extracting(rows), selected.span, &counts)
    }
  }

  /// How many of `rows` have `code`.
  func count(_ code: UInt32, in rows: Range<Int>) -> Int {
    switch self {
    case .one(let column): UInt8(exactly: code).map { countEqual(column.span.extracting(rows), $0) } ?? 0
    case .two(let column): UInt16(exactly: code).map { countEqual(column.span.extracting(rows), $0) } ?? 0
    case .four(let column): countEqual(column.span.extracting(rows), code)
    }
  }

  /// How many of `rows` have `code` and a flag that is set.
  func count(_ code: UInt32, in rows: Range<Int>, where selected: [Bool]) -> Int {
    let flags = selected.bytes
    switch self {
    case .one(let column):
      return UInt8(exactly: code).map { countEqual(column.span.extracting(rows), $0, flags) } ?? 0
    case .two(let column):
      return UInt16(exactly: code).map { countEqual(column.span.extracting(rows), $0, flags) } ?? 0
    case .four(let column): return countEqual(column.span.extracting(rows), code, flags)
    }
  }

  /// Calls `body` with each of `rows`, counted from the first of them, that has a text, and its code.
  @inline(__always)
  func forEachText(_ rows: Range<Int>, _ body: (Int, Int) -> Void) {
    switch self {
    case .one(let column): forEachSet(column.span.extracting(rows), body)
    case .two(let column): forEachSet(column.span.extracting(rows), body)
    case .four(let column): forEachSet(column.span.extracting(rows), body)
    }
  }
}

/// Appends `value` until `array` has `count` elements.
func extend<Value>(_ array: inout [Value], to count: Int, with value: Value) {
  if array.count < count { array.append(contentsOf: repeatElement(value, count: count - array.count)) }
}

private func copyCodes<Code: FixedWidthInteger>(_ codes: Span<Code>, to output: inout [UInt32]) {
  var output = output.mutableSpan
  precondition(output.count >= codes.count)
  var row = 0
  while row < codes.count {
    output[unchecked: row] = UInt32(truncatingIfNeeded: codes[unchecked: row])
    row &+= 1
  }
}

/// Replaces each element of `output` by what `combine` makes of it and the row's entry in `table`.
@inline(__always)
private func lookUp<Code: FixedWidthInteger, Value: BitwiseCopyable>(
  _ codes: Span<Code>, _ table: Span<Value>, _ output: inout MutableSpan<Value>,
  _ combine: (Value, Value) -> Value
) {
  precondition(output.count >= codes.count)
  var row = 0
  while row < codes.count {
    output[unchecked: row] = combine(output[unchecked: row], table[Int(codes[unchecked: row])])
    row &+= 1
  }
}

private func countCodes<Code: FixedWidthInteger>(_ codes: Span<Code>, _ counts: inout [Int]) {
  var counts = counts.mutableSpan
  for row in codes.indices { counts[Int(codes[unchecked: row])] &+= 1 }
}

private func countCodes<Code: FixedWidthInteger>(
  _ codes: Span<Code>, _ selected: Span<Bool>, _ counts: inout [Int]
) {
  var counts = counts.mutableSpan
  precondition(selected.count >= codes.count)
  // Adding 0 or 1 is quicker than to guess which.
  for row in codes.indices { counts[Int(codes[unchecked: row])] &+= selected[unchecked: row] ? 1 : 0 }
}

/// The most rows that are counted in 16 bits, which lets eight rows be compared at once.
private let rowsCountedAtOnce = Int(UInt16.max)

private func countEqual<Code: FixedWidthInteger>(_ codes: Span<Code>, _ code: Code) -> Int {
  var total = 0
  var row = 0
  while row < codes.count {
    let end = min(row &+ rowsCountedAtOnce, codes.count)
    var count: UInt16 = 0
    while row < end {
      count &+= codes[unchecked: row] == code ? 1 : 0
      row &+= 1
    }
    total &+= Int(count)
  }
  return total
}

private func countEqual<Code: FixedWidthInteger>(
  _ codes: Span<Code>, _ code: Code, _ selected: Span<UInt8>
) -> Int {
  precondition(selected.count >= codes.count)
  var total = 0
  var row = 0
  while row < codes.count {
    let end = min(row &+ rowsCountedAtOnce, codes.count)
    var count: UInt16 = 0
    while row < end {
      count &+= UInt16(truncatingIfNeeded: selected[unchecked: row] & (codes[unchecked: row] == code ? 1 : 0))
      row &+= 1
    }
    total &+= Int(count)
  }
  return total
}

/// Most rows of a column such as the query string have no text: four of them are passed over at once.
@inline(__always)
private func forEachSet<Code: FixedWidthInteger>(_ codes: Span<Code>, _ body: (Int, Int) -> Void) {
  var row = 0
  while row < codes.count {
    let end = min(row + 4, codes.count)
    var any: Code = 0
    for row in row..<end { any |= codes[unchecked: row] }
    if any != 0 {
      for row in row..<end where codes[unchecked: row] != 0 { body(row, Int(codes[unchecked: row])) }
    }
    row = end
  }
}

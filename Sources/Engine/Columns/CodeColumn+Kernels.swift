// The loops over codes. Each has one generic body, which is specialised for the three widths.
//
// The branchless ones increment the row in a `while` loop, because the compiler vectorises that form.

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

  /// Writes the codes of the rows listed in `rows` to the start of `output`.
  func gather(_ rows: [UInt32], into output: inout [UInt32]) {
    extend(&output, to: rows.count, with: 0)
    switch self {
    case .one(let column): gatherCodes(column.span, rows.span, to: &output)
    case .two(let column): gatherCodes(column.span, rows.span, to: &output)
    case .four(let column): gatherCodes(column.span, rows.span, to: &output)
    }
  }

  /// Returns the number of `rows` that have `code`.
  func count(_ code: UInt32, in rows: Range<Int>) -> Int {
    switch self {
    case .one(let column): UInt8(exactly: code).map { countEqual(column.span.extracting(rows), $0) } ?? 0
    case .two(let column): UInt16(exactly: code).map { countEqual(column.span.extracting(rows), $0) } ?? 0
    case .four(let column): countEqual(column.span.extracting(rows), code)
    }
  }

  /// Returns the number of `rows` that have `code` and whose flag is set.
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

/// Writes the codes at `rows` to the start of `output`, which must have room for them.
func gatherCodes<Code: FixedWidthInteger>(
  _ codes: Span<Code>, _ rows: Span<UInt32>, to output: inout [UInt32]
) {
  var output = output.mutableSpan
  precondition(output.count >= rows.count)
  for index in rows.indices {
    output[unchecked: index] = UInt32(truncatingIfNeeded: codes[Int(rows[unchecked: index])])
  }
}

/// The maximum number of rows that a 16-bit count holds. Counts of 16 bits let eight rows be compared at
/// once.
private let rowsCountedAtOnce = Int(UInt16.max)

/// Returns the number of `codes` that are `code`.
func countEqual<Code: FixedWidthInteger>(_ codes: Span<Code>, _ code: Code) -> Int {
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

/// Returns the number of `codes` that are `code` and whose flag is 1.
func countEqual<Code: FixedWidthInteger>(
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

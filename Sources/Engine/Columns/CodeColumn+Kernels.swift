extension CodeColumn {
  /// Writes the codes of `rows` to the start of `output`, which grows as needed.
  func copy(_ rows: Range<Int>, to output: inout [UInt32]) {
    extend(&output, to: rows.count, with: 0)
    switch self {
    case .one(let column): Self.copy(column.span.extracting(rows), to: &output)
    case .two(let column): Self.copy(column.span.extracting(rows), to: &output)
    case .four(let column): Self.copy(column.span.extracting(rows), to: &output)
    }
  }

  /// Writes `table[code]` of each of `rows` to the start of `output`, which grows as needed.
  func look<Value: BitwiseCopyable>(up table: [Value], _ rows: Range<Int>, into output: inout [Value]) {
    guard let any = table.first else { return }
    extend(&output, to: rows.count, with: any)
    switch self {
    case .one(let column): Self.look(column.span.extracting(rows), table) { output[$0] = $1 }
    case .two(let column): Self.look(column.span.extracting(rows), table) { output[$0] = $1 }
    case .four(let column): Self.look(column.span.extracting(rows), table) { output[$0] = $1 }
    }
  }

  /// Takes the flag from each row of `selected` whose code's flag in `passes` is not set.
  func narrow(_ selected: inout [Bool], _ rows: Range<Int>, by passes: [Bool]) {
    switch self {
    case .one(let column): Self.look(column.span.extracting(rows), passes) { if !$1 { selected[$0] = false } }
    case .two(let column): Self.look(column.span.extracting(rows), passes) { if !$1 { selected[$0] = false } }
    case .four(let column):
      Self.look(column.span.extracting(rows), passes) { if !$1 { selected[$0] = false } }
    }
  }

  /// Adds one to `counts[code]` for each of `rows` whose flag is set.
  func count(_ rows: Range<Int>, where selected: [Bool], into counts: inout [Int]) {
    switch self {
    case .one(let column): Self.count(column.span.extracting(rows), selected, &counts)
    case .two(let column): Self.count(column.span.extracting(rows), selected, &counts)
    case .four(let column): Self.count(column.span.extracting(rows), selected, &counts)
    }
  }

  private static func copy<Code: FixedWidthInteger>(_ codes: Span<Code>, to output: inout [UInt32]) {
    var output = output.mutableSpan
    for row in codes.indices { output[row] = UInt32(truncatingIfNeeded: codes[row]) }
  }

  @inline(__always)
  private static func look<Code: FixedWidthInteger, Value>(
    _ codes: Span<Code>, _ table: [Value], _ body: (Int, Value) -> Void
  ) {
    for row in codes.indices { body(row, table[Int(codes[row])]) }
  }

  private static func count<Code: FixedWidthInteger>(
    _ codes: Span<Code>, _ selected: [Bool], _ counts: inout [Int]
  ) {
    for row in codes.indices where selected[row] { counts[Int(codes[row])] += 1 }
  }
}

/// Appends `value` until `array` has `count` elements.
func extend<Value>(_ array: inout [Value], to count: Int, with value: Value) {
  if array.count < count { array.append(contentsOf: repeatElement(value, count: count - array.count)) }
}

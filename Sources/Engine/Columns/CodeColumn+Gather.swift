// The gather loop over the codes of chosen rows. It has one generic body, which is specialised for the three
// widths.

extension CodeColumn {
  /// Writes the code of each of the first `count` of `rows`, which are counted from the row `first`, to the
  /// start of `output`, which grows as needed.
  func copy(_ rows: [UInt32], count: Int, from first: Int, to output: inout [UInt32]) {
    copy(rows.span.extracting(0..<count), from: first, to: &output)
  }

  /// Does the same for all of `rows`.
  func copy(_ rows: Span<UInt32>, from first: Int, to output: inout [UInt32]) {
    extend(&output, to: rows.count, with: 0)
    switch self {
    case .one(let column): copyCodes(column.span.extracting(first...), rows, to: &output)
    case .two(let column): copyCodes(column.span.extracting(first...), rows, to: &output)
    case .four(let column): copyCodes(column.span.extracting(first...), rows, to: &output)
    }
  }
}

private func copyCodes<Code: FixedWidthInteger>(
  _ codes: Span<Code>, _ rows: Span<UInt32>, to output: inout [UInt32]
) {
  var output = output.mutableSpan
  precondition(output.count >= rows.count)
  for index in rows.indices {
    output[unchecked: index] = UInt32(truncatingIfNeeded: codes[Int(rows[unchecked: index])])
  }
}

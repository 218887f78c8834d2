extension TimeColumn {
  /// Writes the time of each of the first `count` of `rows`, which are counted from the row `first`, in
  /// milliseconds since 1970, to the start of `output`, which grows as needed.
  func copy(_ rows: [UInt32], count: Int, from first: Int, to output: inout [Int64]) {
    extend(&output, to: count, with: 0)
    let rows = rows.span.extracting(0..<count)
    switch offsets {
    case .four(let column): copyChosen(column.span.extracting(first...), rows, &output)
    case .eight(let column): copyChosen(column.span.extracting(first...), rows, &output)
    }
  }

  private func copyChosen<Offset: UnsignedInteger & FixedWidthInteger>(
    _ offsets: Span<Offset>, _ rows: Span<UInt32>, _ output: inout [Int64]
  ) {
    var output = output.mutableSpan
    precondition(output.count >= rows.count)
    for index in rows.indices {
      let offset = Int64(truncatingIfNeeded: offsets[Int(rows[unchecked: index])])
      output[unchecked: index] = baseMilliseconds &+ offset &* unitMilliseconds
    }
  }
}

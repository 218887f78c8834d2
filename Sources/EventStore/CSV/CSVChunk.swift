import Engine

/// A piece of a CSV file that one thread reads: the rows that begin in it.
struct CSVChunk {
  /// The place of its file among those that are read.
  let input: Int
  /// Where it nominally begins and ends, which may be anywhere in a row.
  let bytes: Range<Int>
  let isFirstOfFile: Bool

  static func divide(_ inputs: [CSVInput], chunkBytes: Int) -> [CSVChunk] {
    precondition(chunkBytes > 0)
    return inputs.enumerated().flatMap { number, input in
      let rows = input.file.rows
      return stride(from: rows.lowerBound, to: max(rows.upperBound, rows.lowerBound + 1), by: chunkBytes).map
      { start in
        CSVChunk(
          input: number, bytes: start..<min(start + chunkBytes, rows.upperBound),
          isFirstOfFile: start == rows.lowerBound)
      }
    }
  }
}

extension CSVFile {
  /// How far a row is looked for.
  static let lookAheadBytes = 1 << 20
  private static let candidateLimit = 8

  /// Where a row probably begins at or behind `offset`: at the first line, of the next few, that reads as a
  /// whole row. The same for the same offset always; nil where no line begins in the next mebibyte.
  ///
  /// Nobody can know without reading from the start of the file: the line may stand inside a quoted field.
  /// So what is read from here counts only when the chunk before turns out to end here.
  func probableRowStart(at offset: Int, _ fields: CSVFields) -> Int? {
    guard offset > rows.lowerBound else { return rows.lowerBound }
    guard offset < rows.upperBound else { return rows.upperBound }
    let end = min(offset + Self.lookAheadBytes, rows.upperBound)
    guard let first = lineStart(at: offset, before: end) else { return nil }
    var start = first
    for _ in 0..<Self.candidateLimit where start < end {
      var scanner = CSVScanner(contents.bytes, rows: start..<end) { $0 > end }
      if scanner.next(fields) == .row { return start }
      guard let next = lineStart(at: start + 1, before: end) else { break }
      start = next
    }
    return first
  }

  /// Where a line begins at or behind `offset`, which is not the first of the file; nil where none does before `end`,
  /// unless the rows end there.
  private func lineStart(at offset: Int, before end: Int) -> Int? {
    guard let base = contents.bytes.baseAddress else { return nil }
    let index = firstPlace(of: allLineFeeds, or: allLineFeeds, base, from: offset - 1, to: end) + 1
    return index < end ? index : end == rows.upperBound ? end : nil
  }
}

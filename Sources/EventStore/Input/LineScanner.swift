import Engine
import System

/// Finds lines that are not blank, for syntaxes in which every row is a line.
struct LineScanner: ByteScanner {
  var rows: RowCursor
  private let maximumBytes: Int
  private var abandonment: AbandonmentCheck

  enum Line {
    /// A line that is UTF-8 without NUL, without the line feed at its end.
    case line(Range<Int>)
    case other(ScannedRow)
  }

  /// Lines that begin inside `rows`; one begins at its lower bound. `shouldAbandon` is called once per mebibyte
  /// of a line.
  init(
    _ bytes: Bytes, rows: Range<Int>, maximumBytes: Int, shouldAbandon: @escaping (_ offset: Int) -> Bool
  ) {
    self.rows = RowCursor(bytes, rows: rows)
    self.maximumBytes = maximumBytes
    abandonment = AbandonmentCheck(shouldAbandon)
  }

  mutating func next() -> Line {
    guard let base = bytes.baseAddress else { return .other(.end) }
    while position < rowsEnd {
      rowStart = position
      guard let (end, isPlain) = lineEnd(base) else { return .other(.abandoned) }
      position = min(end + 1, bytes.count)
      if isBlank(base, rowStart, end) { continue }
      guard end - rowStart <= maximumBytes else { return .other(.bad(.longRow(maximumBytes: maximumBytes))) }
      let line = Bytes(start: base + rowStart, count: end - rowStart)
      if !isPlain, let defect = textDefect(line) { return .other(.bad(defect)) }
      return .line(rowStart..<end)
    }
    return .other(.end)
  }

  /// Where the line at ``rowStart`` ends, and whether it is ASCII without NUL; nil if it is abandoned.
  @inline(__always)
  private mutating func lineEnd(_ base: UnsafePointer<UInt8>) -> (end: Int, isPlain: Bool)? {
    var cursor = rowStart
    var unusual: UInt64 = 0
    abandonment.beginRow(at: rowStart)
    var nextCheck = abandonment.nextOffset
    // Sound: every word that is read ends before the bytes do.
    while cursor &+ 8 <= bytes.count {
      let word = loadWord(base + cursor)
      let found = highBitsWhereEqual(word, allLineFeeds)
      if found != 0 {
        let before = (found & (0 &- found)) &- 1
        unusual |= unusualBits(word) & before
        return (cursor &+ found.trailingZeroBitCount / 8, unusual == 0)
      }
      unusual |= unusualBits(word)
      cursor &+= 8
      if cursor >= nextCheck {
        if abandonment.isAbandoned(at: cursor) { return nil }
        nextCheck = abandonment.nextOffset
      }
    }
    while cursor < bytes.count, base[cursor] != UInt8(ascii: "\n") { cursor += 1 }
    let rest = Bytes(start: base + rowStart, count: cursor - rowStart).suffix(8)
    return (cursor, unusual == 0 && isPlainASCII(Bytes(rebasing: rest)))
  }

  private func isBlank(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var cursor = start
    while cursor < end, base[cursor] <= 0x20, base[cursor] != 0 { cursor += 1 }
    return cursor == end
  }
}

import Engine
import System

/// Splits bytes into CSV rows and their fields (RFC 4180), without copying them. The separator may be another
/// character than a comma.
///
/// Lines end with LF or CRLF. A quote opens a quoted field only at the start of a field; elsewhere it is an
/// ordinary character. Blank lines are skipped. A field that is `\N` is empty, because ClickHouse and other
/// programs write nulls that way, and so is `NULL` without quotes, as MySQL writes them.
struct CSVScanner: RowScanner, ByteScanner {
  var rows: RowCursor
  private let separator: UInt8
  /// The number of fields of the current row.
  private(set) var fieldCount = 0
  private var ends: FieldEnds?
  private let limits: DataLimits
  private var abandonment: AbandonmentCheck

  /// A scanner for the rows that begin inside `rows`; a row begins at its lower bound. `shouldAbandon` is called
  /// once per mebibyte of a row, with the offset reached so far.
  init(
    _ bytes: Bytes, rows: Range<Int>, separator: UInt8 = UInt8(ascii: ","), limits: DataLimits = .standard,
    shouldAbandon: @escaping (_ offset: Int) -> Bool = { _ in false }
  ) {
    self.rows = RowCursor(bytes, rows: rows)
    self.separator = separator
    self.limits = limits
    abandonment = AbandonmentCheck(shouldAbandon)
    ends = bytes.baseAddress.map {
      FieldEnds($0, start: rows.lowerBound, end: bytes.count, separator: separator)
    }
  }

  /// Reads the next row into `fields`; it must have `fields.columnCount` columns.
  mutating func next(_ fields: RowFields) -> ScannedRow {
    guard let base = bytes.baseAddress else { return .end }
    let firstOfLines = position
    skipBlankLines()
    guard position < rowsEnd else { return .end }
    if position > firstOfLines { ends?.restart(at: rows.position) }
    rowStart = position
    fieldCount = 0
    fields.beginRow()
    if nextPlainRow(base, fields) {
      return validated(base, fields, isPlain: ends?.rowHasUnusualBytes == false)
    }
    let outcome = nextByFields(base, fields)
    ends?.restart(at: rows.position)
    return outcome
  }

  /// Reads a row whose quoted fields contain no quotes, using precomputed field ends. Returns false if the
  /// row is of another kind, very long or near the end of the bytes; it then has to be read field by field.
  @inline(__always)
  private mutating func nextPlainRow(_ base: UnsafePointer<UInt8>, _ fields: RowFields) -> Bool {
    guard var ends else { return false }
    defer { self.ends = ends }
    ends.beginRow(at: position)
    var cursor = position
    while let stop = ends.next() {
      let isLast = base[stop] == lineFeed
      var start = cursor
      var length = stop &- cursor
      if isLast, length > 0, base[stop &- 1] == carriageReturn { length &-= 1 }
      if length > 0, base[start] == quote {
        guard length > 1, base[start &+ length &- 1] == quote else { return false }
        start &+= 1
        length &-= 2
        store(Bytes(start: base + start, count: length), fields)
      } else {
        storeUnquoted(Bytes(start: base + start, count: length), fields)
      }
      cursor = stop &+ 1
      if isLast {
        position = cursor
        return true
      }
    }
    return false
  }

  /// Reads a row of any kind.
  private mutating func nextByFields(_ base: UnsafePointer<UInt8>, _ fields: RowFields) -> ScannedRow {
    let end = bytes.count
    fieldCount = 0
    fields.beginRow()
    abandonment.beginRow(at: position)
    var cursor = position
    var hasLongField = false
    while true {
      let isLast: Bool
      if cursor < end, base[cursor] == quote {
        guard let closing = closingQuote(base, cursor + 1, end) else { return .abandoned }
        guard closing.offset < end else { return .unterminatedQuote(at: cursor) }
        guard let next = fieldEnd(base, closing.offset + 1, end, separator) else {
          return skipBrokenRow(base, closing.offset)
        }
        let raw = Bytes(start: base + cursor + 1, count: closing.offset - cursor - 1)
        if raw.count > limits.csvFieldBytes {
          hasLongField = true
          fieldCount += 1
        } else {
          store(closing.hasDoubledQuotes ? unescaped(raw, fields) : raw, fields)
        }
        cursor = next.offset
        isLast = next.isRowEnd
      } else {
        guard let stop = first(repeated(separator), allLineFeeds, base, cursor, end) else {
          return .abandoned
        }
        isLast = stop == end || base[stop] == lineFeed
        var length = stop - cursor
        if isLast, length > 0, stop < end, base[stop - 1] == carriageReturn { length -= 1 }
        hasLongField = hasLongField || length > limits.csvFieldBytes
        storeUnquoted(Bytes(start: base + cursor, count: length), fields)
        cursor = min(stop + 1, end)
      }
      if isLast { break }
      if abandonment.isAbandoned(at: cursor) { return .abandoned }
    }
    position = cursor
    if hasLongField { return .bad(.longField(maximumBytes: limits.csvFieldBytes)) }
    if position - rowStart > limits.csvRowBytes {
      return .bad(.longRow(maximumBytes: limits.csvRowBytes))
    }
    return validated(base, fields, isPlain: false)
  }

  /// The first position whose byte is the one repeated in `pattern` or in `other`; `end` if there is none;
  /// nil if the row is abandoned.
  private mutating func first(
    _ pattern: UInt64, _ other: UInt64, _ base: UnsafePointer<UInt8>, _ offset: Int, _ end: Int
  ) -> Int? {
    var cursor = offset
    while cursor < end {
      let stop = min(end, max(abandonment.nextOffset, cursor + 1))
      cursor = firstPosition(of: pattern, or: other, base, from: cursor, to: stop)
      if cursor < stop { return cursor }
      if abandonment.isAbandoned(at: cursor) { return nil }
    }
    return end
  }

  /// The position of the quote that closes the field whose contents begin at `offset`; `end` if there is
  /// none; nil if the row is abandoned.
  private mutating func closingQuote(
    _ base: UnsafePointer<UInt8>, _ offset: Int, _ end: Int
  ) -> (offset: Int, hasDoubledQuotes: Bool)? {
    var cursor = offset
    var hasDoubledQuotes = false
    while true {
      guard let found = first(allQuotes, allQuotes, base, cursor, end) else { return nil }
      guard found + 1 < end, base[found + 1] == quote else { return (found, hasDoubledQuotes) }
      hasDoubledQuotes = true
      cursor = found + 2
      if abandonment.isAbandoned(at: cursor) { return nil }
    }
  }

  private mutating func skipBlankLines() {
    while position < rowsEnd {
      if bytes[position] == lineFeed {
        position += 1
      } else if bytes[position] == carriageReturn, position + 1 < bytes.count, bytes[position + 1] == lineFeed
      {
        position += 2
      } else {
        return
      }
    }
  }

  @inline(__always)
  private mutating func store(_ field: Bytes, _ fields: RowFields) {
    if fieldCount < fields.columnCount {
      let isNull = field.count == 2 && field[0] == UInt8(ascii: "\\") && field[1] == UInt8(ascii: "N")
      fields[fieldCount] = isNull ? Bytes(start: nil, count: 0) : field
    }
    fieldCount &+= 1
  }

  @inline(__always)
  private mutating func storeUnquoted(_ field: Bytes, _ fields: RowFields) {
    let isNull = field.count == 4 && field[0] == UInt8(ascii: "N") && isText(field, "NULL")
    store(isNull ? Bytes(start: nil, count: 0) : field, fields)
  }

  /// Skips a row that has text after a closing quote. From here quotes have no meaning, so the row ends with
  /// its line.
  private mutating func skipBrokenRow(_ base: UnsafePointer<UInt8>, _ offset: Int) -> ScannedRow {
    guard let stop = first(allLineFeeds, allLineFeeds, base, offset, bytes.count) else { return .abandoned }
    position = min(stop + 1, bytes.count)
    return .bad(.textAfterQuote)
  }

  /// Validates the row. `isPlain` means that it is known to be ASCII without NUL.
  @inline(__always)
  private func validated(_ base: UnsafePointer<UInt8>, _ fields: RowFields, isPlain: Bool) -> ScannedRow {
    let row = Bytes(start: base + rowStart, count: position - rowStart)
    if !isPlain, let defect = textDefect(row) { return .bad(defect) }
    guard fieldCount == fields.columnCount else {
      return .bad(.fieldCount(found: fieldCount, expected: fields.columnCount))
    }
    return .row
  }
}

/// Where the next field or row begins, if a field may end at `offset`, the position after a closing quote;
/// else nil.
@inline(__always)
private func fieldEnd(
  _ base: UnsafePointer<UInt8>, _ offset: Int, _ end: Int, _ separator: UInt8
) -> (offset: Int, isRowEnd: Bool)? {
  guard offset < end else { return (end, true) }
  switch base[offset] {
  case separator: return (offset + 1, false)
  case lineFeed: return (offset + 1, true)
  case carriageReturn where offset + 1 < end && base[offset + 1] == lineFeed: return (offset + 2, true)
  default: return nil
  }
}

/// The content of a quoted field, with each doubled quote reduced to one.
private func unescaped(_ field: Bytes, _ fields: RowFields) -> Bytes {
  fields.keep(capacity: field.count) { target in
    var length = 0
    var index = 0
    while index < field.count {
      target[length] = field[index]
      length += 1
      index += field[index] == quote ? 2 : 1
    }
    return length
  }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

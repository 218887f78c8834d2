import Engine
import System

/// Splits the rows of PostgreSQL's `COPY … FROM stdin` in text format: a line for each row, tabs between fields,
/// `\N` for null, and escape sequences that begin with a backslash (PostgreSQL's manual, COPY, "Text Format").
///
/// A line feed always ends a row, because one inside a field is escaped. Null and the empty text are not
/// distinguished.
struct CopyScanner: RowScanner, ByteScanner {
  var rows: RowCursor
  private var fieldCount = 0
  private let limits: DataLimits
  private var abandonment: AbandonmentCheck
  private var hasLongField = false
  /// What is wrong with the text that an escape sequence of the row denotes.
  private var escapeDefect: RowDefect?

  init(
    _ bytes: Bytes, rows: Range<Int>, limits: DataLimits = .standard,
    shouldAbandon: @escaping (_ offset: Int) -> Bool = { _ in false }
  ) {
    self.rows = RowCursor(bytes, rows: rows)
    self.limits = limits
    abandonment = AbandonmentCheck(shouldAbandon)
  }

  mutating func next(_ fields: RowFields) -> ScannedRow {
    guard position < rowsEnd, let base = bytes.baseAddress else { return .end }
    rowStart = position
    fieldCount = 0
    hasLongField = false
    escapeDefect = nil
    fields.beginRow()
    abandonment.beginRow(at: position)
    let end = bytes.count
    var (cursor, fieldStart, hasEscape) = (position, position, false)
    var unusual: UInt64 = 0
    // Sound: every word that is read ends before the bytes do.
    while cursor + 8 <= end {
      let word = loadWord(base + cursor)
      unusual |= unusualBits(word)
      var found =
        highBitsWhereEqual(word, allTabs) | highBitsWhereEqual(word, allLineFeeds)
        | highBitsWhereEqual(word, allBackslashes)
      while found != 0 {
        let offset = cursor &+ found.trailingZeroBitCount / 8
        found &= found &- 1
        switch base[offset] {
        case backslash: hasEscape = true
        case tab:
          store(base, fieldStart..<offset, hasEscape, fields)
          (fieldStart, hasEscape) = (offset &+ 1, false)
        default:
          return finish(
            base, fieldStart..<offset, hasEscape, next: offset &+ 1, isPlain: unusual == 0, fields)
        }
      }
      cursor &+= 8
      if abandonment.isAbandoned(at: cursor) { return .abandoned }
    }
    while cursor < end, base[cursor] != lineFeed {
      if base[cursor] == backslash { hasEscape = true }
      if base[cursor] == tab {
        store(base, fieldStart..<cursor, hasEscape, fields)
        (fieldStart, hasEscape) = (cursor + 1, false)
      }
      cursor += 1
    }
    return finish(base, fieldStart..<cursor, hasEscape, next: min(cursor + 1, end), isPlain: false, fields)
  }

  /// Stores the last field of a row, and validates the row. `isPlain` means that it is known to be ASCII without
  /// NUL.
  @inline(__always)
  private mutating func finish(
    _ base: UnsafePointer<UInt8>, _ field: Range<Int>, _ hasEscape: Bool, next: Int, isPlain: Bool,
    _ fields: RowFields
  ) -> ScannedRow {
    // In a field a carriage return is escaped; on Windows one ends the line.
    let isCRLF = !field.isEmpty && base[field.upperBound &- 1] == UInt8(ascii: "\r")
    store(base, isCRLF ? field.lowerBound..<field.upperBound - 1 : field, hasEscape, fields)
    position = next
    if hasLongField { return .bad(.longField(maximumBytes: limits.csvFieldBytes)) }
    if position - rowStart > limits.csvRowBytes { return .bad(.longRow(maximumBytes: limits.csvRowBytes)) }
    let row = Bytes(start: base + rowStart, count: position - rowStart)
    if !isPlain, let defect = textDefect(row) { return .bad(defect) }
    if let escapeDefect { return .bad(escapeDefect) }
    guard fieldCount == fields.columnCount else {
      return .bad(.fieldCount(found: fieldCount, expected: fields.columnCount))
    }
    return .row
  }

  @inline(__always)
  private mutating func store(
    _ base: UnsafePointer<UInt8>, _ field: Range<Int>, _ hasEscape: Bool, _ fields: RowFields
  ) {
    if fieldCount < fields.columnCount {
      let raw = Bytes(start: base + field.lowerBound, count: field.count)
      if !hasEscape {
        fields[fieldCount] = raw
      } else if raw.count == 2, raw[1] == UInt8(ascii: "N") {
        fields[fieldCount] = Bytes(start: nil, count: 0)
      } else {
        fields[fieldCount] = unescaped(raw, fields)
      }
    }
    hasLongField = hasLongField || field.count > limits.csvFieldBytes
    fieldCount &+= 1
  }

  private mutating func unescaped(_ field: Bytes, _ fields: RowFields) -> Bytes {
    guard field.count <= limits.csvFieldBytes else { return field }
    var hasCodes = false
    let text = fields.keep(capacity: field.count) { target in
      var (length, index) = (0, 0)
      while index < field.count {
        var byte = field[index]
        index += 1
        if byte == backslash, index < field.count {
          byte = field[index]
          index += 1
          switch byte {
          case UInt8(ascii: "b"): byte = 0x08
          case UInt8(ascii: "f"): byte = 0x0C
          case UInt8(ascii: "n"): byte = 0x0A
          case UInt8(ascii: "r"): byte = 0x0D
          case UInt8(ascii: "t"): byte = 0x09
          case UInt8(ascii: "v"): byte = 0x0B
          case UInt8(ascii: "x"):
            if let code = Self.number(field, &index, digits: 2, radix: 16) { byte = code }
            hasCodes = true
          case UInt8(ascii: "0")...UInt8(ascii: "7"):
            index -= 1
            byte = Self.number(field, &index, digits: 3, radix: 8) ?? byte
            hasCodes = true
          default: break
          }
        }
        target[length] = byte
        length += 1
      }
      return length
    }
    if hasCodes, let defect = textDefect(text) { escapeDefect = defect }
    return text
  }

  /// The byte of one to `digits` digits at `index`; nil if there are none.
  private static func number(_ field: Bytes, _ index: inout Int, digits: Int, radix: UInt8) -> UInt8? {
    let limit = min(index + digits, field.count)
    var value: UInt8?
    while index < limit, let digit = hexadecimalValue(field[index]), digit < radix {
      value = (value ?? 0) &* radix &+ digit
      index += 1
    }
    return value
  }
}

private let tab = UInt8(ascii: "\t")
private let lineFeed = UInt8(ascii: "\n")
private let allTabs = UInt64(tab) &* 0x0101_0101_0101_0101

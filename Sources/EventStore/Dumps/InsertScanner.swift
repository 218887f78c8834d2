import Engine
import System

/// How the rows of a table are written in INSERT statements.
struct InsertSyntax: Equatable {
  let dialect: SQLDialect
  /// Where the first statement of these rows begins, up to the word VALUES. Other statements have these rows if they
  /// begin with the same bytes.
  let head: Range<Int>
}

/// Splits INSERT statements into rows and their values: `(1,'a',NULL),(2,'b','c');`.
///
/// The range of its rows begins with a statement of these rows, or with a row inside one, at its parenthesis.
/// Statements of other rows are passed over.
struct InsertScanner: RowScanner, ByteScanner {
  var rows: RowCursor
  private let syntax: InsertSyntax
  private var fieldCount = 0
  private let limits: DataLimits
  /// Nil if there are no bytes.
  private var text: SQLText?
  private var defect: RowDefect?

  init(
    _ bytes: Bytes, _ syntax: InsertSyntax, rows: Range<Int>, limits: DataLimits = .standard,
    shouldAbandon: @escaping (_ offset: Int) -> Bool = { _ in false }
  ) {
    self.rows = RowCursor(bytes, rows: rows)
    self.syntax = syntax
    self.limits = limits
    text = bytes.isEmpty ? nil : SQLText(bytes, syntax.dialect, shouldAbandon)
  }

  mutating func next(_ fields: RowFields) -> ScannedRow {
    guard var text else { return .end }
    defer { self.text = text }
    while position < rowsEnd {
      if text.check(position) { return .abandoned }
      if bytes[position] == openParenthesis { return row(at: position, &text, fields) }
      if let row = firstRow(ofStatementAt: position) { return self.row(at: row, &text, fields) }
      guard let next = statementAfter(position, &text) else { return .abandoned }
      position = next
    }
    return .end
  }

  /// The parenthesis that opens the first row, if a statement of these rows begins at `offset`.
  private func firstRow(ofStatementAt offset: Int) -> Int? {
    let head = syntax.head
    guard offset + head.count < bytes.count, bytes[offset] == bytes[head.lowerBound],
      offset == head.lowerBound || bytes[offset..<(offset + head.count)].elementsEqual(bytes[head])
    else { return nil }
    let row = skipSpace(from: offset + head.count)
    return row < bytes.count && bytes[row] == openParenthesis ? row : nil
  }

  /// Where the statement or the line after the one at `offset` begins; nil if the search was abandoned.
  private func statementAfter(_ offset: Int, _ text: inout SQLText) -> Int? {
    var end = offset
    if case .insert(_, _, let rowsStart) = SQLStatement(bytes, at: offset, syntax.dialect) {
      switch text.statementEnd(from: rowsStart) {
      case .at(let found): end = found
      case .end: return bytes.count
      case .abandoned: return nil
      }
    }
    guard case .at(let next) = text.nextLine(after: end) else { return nil }
    return statementStart(from: next, &text)
  }

  /// The first line at or after `offset` that is not blank and cannot be mistaken for a row inside a statement.
  private func statementStart(from offset: Int, _ text: inout SQLText) -> Int? {
    var start = skipSpace(from: offset)
    while start < bytes.count, bytes[start] == openParenthesis {
      guard case .at(let next) = text.nextLine(after: start) else { return nil }
      start = skipSpace(from: next)
    }
    return start
  }

  /// Reads the row whose parenthesis is at `start`, and moves to the next one.
  private mutating func row(at start: Int, _ text: inout SQLText, _ fields: RowFields) -> ScannedRow {
    rowStart = start
    fieldCount = 0
    defect = nil
    fields.beginRow()
    var cursor = start + 1
    while true {
      guard let next = value(at: skipSpace(from: cursor), &text, fields) else {
        return text.isAbandoned ? .abandoned : .unterminatedQuote(at: start)
      }
      cursor = next + 1
      if bytes[next] == closingParenthesis { break }
    }
    let row = Bytes(rebasing: bytes[start..<cursor])
    guard let next = rowAfter(cursor, &text) else {
      return text.isAbandoned ? .abandoned : .unterminatedQuote(at: start)
    }
    position = next
    return validated(row, fields)
  }

  /// Where the next row of the statement begins, after a row that ends at `offset`, or the next statement if there
  /// is none; nil if the end of the statement is not found.
  private func rowAfter(_ offset: Int, _ text: inout SQLText) -> Int? {
    let separator = skipSpace(from: offset)
    if separator < bytes.count, bytes[separator] == comma {
      let next = skipSpace(from: separator + 1)
      if next < bytes.count, bytes[next] == openParenthesis { return next }
    }
    guard case .at(let end) = text.statementEnd(from: separator) else { return nil }
    return statementStart(from: end + 1, &text)
  }

  private func validated(_ row: Bytes, _ fields: RowFields) -> ScannedRow {
    if let defect { return .bad(defect) }
    if row.count > limits.csvRowBytes { return .bad(.longRow(maximumBytes: limits.csvRowBytes)) }
    if let defect = textDefect(row) { return .bad(defect) }
    guard fieldCount == fields.columnCount else {
      return .bad(.fieldCount(found: fieldCount, expected: fields.columnCount))
    }
    return .row
  }

  private func skipSpace(from offset: Int) -> Int {
    var offset = offset
    while offset < bytes.count, bytes[offset] <= UInt8(ascii: " ") { offset += 1 }
    return offset
  }
}

extension InsertScanner {
  /// Reads the value at `start`; returns the position of the comma or parenthesis after it, or nil if there is none.
  private mutating func value(at start: Int, _ text: inout SQLText, _ fields: RowFields) -> Int? {
    var cursor = start
    while cursor < bytes.count, Self.isBare(bytes[cursor]) { cursor += 1 }
    guard cursor < bytes.count else { return nil }
    let bare = Bytes(rebasing: bytes[start..<cursor])
    let byte = bytes[cursor]
    if byte == apostrophe || byte == UInt8(ascii: "\"") && syntax.dialect == .mySQL {
      return literal(quote: byte, at: cursor, prefix: bare, &text, fields)
    }
    cursor = skipSpace(from: cursor)
    guard cursor < bytes.count else { return nil }
    if byte == apostrophe || bytes[cursor] == apostrophe {
      return literal(quote: bytes[cursor], at: cursor, prefix: bare, &text, fields)
    }
    guard !bare.isEmpty, bytes[cursor] == comma || bytes[cursor] == closingParenthesis else {
      return skipExpression(from: cursor, &text)
    }
    store(Self.isNull(bare) ? Bytes(start: nil, count: 0) : number(bare, fields), fields)
    return cursor
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isNull(_ bare: Bytes) -> Bool {
    bare.count == 4 && lowercased(bare[0]) == UInt8(ascii: "n") && lowercased(bare[1]) == UInt8(ascii: "u")
      && lowercased(bare[2]) == UInt8(ascii: "l") && lowercased(bare[3]) == UInt8(ascii: "l")
  }

  /// The text of a value without quotes: of a hexadecimal one what it encodes.
  private mutating func number(_ bare: Bytes, _ fields: RowFields) -> Bytes {
    guard bare.count > 2, bare[0] == UInt8(ascii: "0"), lowercased(bare[1]) == UInt8(ascii: "x") else {
      return bare
    }
    return hexadecimal(Bytes(rebasing: bare.dropFirst(2)), fields)
  }

  /// Reads the literal whose quote is at `start`, after `prefix`: of a character set, or one that says how the
  /// literal is written.
  private mutating func literal(
    quote: UInt8, at start: Int, prefix: Bytes, _ text: inout SQLText, _ fields: RowFields
  ) -> Int? {
    let letter = prefix.count == 1 ? lowercased(prefix[0]) : 0
    let hasEscapes = syntax.dialect.hasBackslashEscapes || letter == UInt8(ascii: "e")
    let closing = text.closingQuote(quote, from: start + 1, hasEscapes: hasEscapes)
    guard case .at(let end) = closing.found else { return nil }
    let raw = Bytes(rebasing: bytes[(start + 1)..<end])
    if raw.count > limits.csvFieldBytes {
      defect = .longField(maximumBytes: limits.csvFieldBytes)
      fieldCount += 1
    } else {
      switch letter {
      case UInt8(ascii: "x"): store(hexadecimal(raw, fields), fields)
      case UInt8(ascii: "b"): store(binary(raw, fields), fields)
      default: store(closing.isPlain ? raw : unescaped(raw, quote, hasEscapes, fields), fields)
      }
    }
    let next = skipSpace(from: end + 1)
    guard next < bytes.count else { return nil }
    if bytes[next] == comma || bytes[next] == closingParenthesis { return next }
    fieldCount -= 1
    return skipExpression(from: next, &text)
  }

  /// Passes over an expression, whose value is unknown, to the comma or parenthesis after it.
  private mutating func skipExpression(from start: Int, _ text: inout SQLText) -> Int? {
    fieldCount += 1
    defect = .notALiteral(column: fieldCount)
    var (cursor, depth) = (start, 0)
    while cursor < bytes.count {
      let byte = bytes[cursor]
      switch byte {
      case comma where depth == 0: return cursor
      case closingParenthesis:
        if depth == 0 { return cursor }
        depth -= 1
      case openParenthesis: depth += 1
      case apostrophe, UInt8(ascii: "\""):
        let closing = text.closingQuote(
          byte, from: cursor + 1, hasEscapes: syntax.dialect.hasBackslashEscapes)
        guard case .at(let end) = closing.found else { return nil }
        cursor = end
      default: break
      }
      cursor += 1
      if text.check(cursor) { return nil }
    }
    return nil
  }

  private mutating func store(_ value: Bytes, _ fields: RowFields) {
    if fieldCount < fields.columnCount { fields[fieldCount] = value }
    fieldCount += 1
  }

  /// The contents of a literal without doubled quotes and escape sequences (MySQL's manual, "String Literals").
  private mutating func unescaped(
    _ raw: Bytes, _ quote: UInt8, _ hasEscapes: Bool, _ fields: RowFields
  ) -> Bytes {
    var hasNUL = false
    let text = fields.keep(capacity: raw.count) { target in
      var (length, index) = (0, 0)
      while index < raw.count {
        var byte = raw[index]
        index += 1
        if byte == quote {
          // The second of two.
          index += 1
        } else if byte == backslash, hasEscapes, index < raw.count {
          byte = raw[index]
          index += 1
          switch byte {
          case UInt8(ascii: "0"): (byte, hasNUL) = (0, true)
          case UInt8(ascii: "b"): byte = 0x08
          case UInt8(ascii: "n"): byte = 0x0A
          case UInt8(ascii: "r"): byte = 0x0D
          case UInt8(ascii: "t"): byte = 0x09
          case UInt8(ascii: "Z"): byte = 0x1A
          case UInt8(ascii: "%"), UInt8(ascii: "_"):
            target[length] = backslash
            length += 1
          default: break
          }
        }
        target[length] = byte
        length += 1
      }
      return length
    }
    if hasNUL { defect = .nulByte }
    return text
  }

  /// What pairs of hexadecimal digits encode: 16 bytes are a UUID, others are text.
  private mutating func hexadecimal(_ digits: Bytes, _ fields: RowFields) -> Bytes {
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ hexadecimalValue($0) != nil }) else {
      defect = .notALiteral(column: fieldCount + 1)
      return digits
    }
    let decoded = fields.keep(capacity: digits.count / 2) { target in
      for index in 0..<digits.count / 2 {
        let (high, low) = (hexadecimalValue(digits[2 * index]), hexadecimalValue(digits[2 * index + 1]))
        target[index] = (high ?? 0) << 4 | (low ?? 0)
      }
      return digits.count / 2
    }
    if decoded.count == 16 { return fields.keep(UUIDBits(bytes: decoded)) }
    if let found = textDefect(decoded) { defect = found }
    return decoded
  }

  /// The decimal number that binary digits denote.
  private mutating func binary(_ digits: Bytes, _ fields: RowFields) -> Bytes {
    var number: UInt64 = 0
    for digit in digits {
      guard digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1"), number >> 63 == 0 else {
        defect = .notALiteral(column: fieldCount + 1)
        return digits
      }
      number = number << 1 | UInt64(digit - UInt8(ascii: "0"))
    }
    return fields.keep("\(number)")
  }
}

extension InsertSyntax {
  private static let candidateLimit = 8

  /// Where a row probably begins at or after `offset`, as ``FileTable/probableRowStart(at:_:)`` defines it: at a
  /// statement that begins a line, or behind `),` or at a line's start inside a statement, if a whole row follows.
  func probableRowStart(_ bytes: Bytes, at offset: Int, before end: Int, _ fields: RowFields) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var (cursor, candidates) = (offset, 0)
    // Sound: only bytes before `end` are read, and those before `offset`, which is not the first.
    while cursor < end, candidates < Self.candidateLimit {
      cursor = firstPosition(
        of: allOpenParentheses, or: UInt64(bytes[head.lowerBound]) &* allOnes, base, from: cursor, to: end)
      guard cursor < end else { return nil }
      let isStatement = base[cursor] != openParenthesis
      let isCandidate =
        isStatement
        ? base[cursor - 1] == UInt8(ascii: "\n") && cursor + head.count < end
          && bytes[cursor..<(cursor + head.count)].elementsEqual(bytes[head])
        : Self.followsRow(base, cursor)
      if isCandidate {
        var scanner = InsertScanner(bytes, self, rows: cursor..<(cursor + 1)) { $0 > end }
        if scanner.next(fields) == .row { return cursor }
        candidates += 1
      }
      cursor += 1
    }
    return nil
  }

  /// Whether what is before the parenthesis at `offset` is the end of a row and a comma.
  private static func followsRow(_ base: UnsafePointer<UInt8>, _ offset: Int) -> Bool {
    var cursor = offset - 1
    let least = max(cursor - 4, 1)
    while cursor > least, base[cursor] <= UInt8(ascii: " ") { cursor -= 1 }
    return cursor >= 1 && base[cursor] == comma && base[cursor - 1] == closingParenthesis
  }
}

private let comma = UInt8(ascii: ",")
private let openParenthesis = UInt8(ascii: "(")
private let closingParenthesis = UInt8(ascii: ")")
private let allOnes: UInt64 = 0x0101_0101_0101_0101
private let allOpenParentheses = UInt64(openParenthesis) &* allOnes

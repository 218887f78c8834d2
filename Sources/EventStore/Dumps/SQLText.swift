import Engine
import System

/// Searches in the text of SQL statements, which respect quotes. A search is abandoned if `shouldAbandon`, which is
/// called once per mebibyte with the offset reached so far, returns true.
struct SQLText {
  let base: UnsafePointer<UInt8>
  let end: Int
  let dialect: SQLDialect
  private var abandonment: AbandonmentCheck

  init(_ bytes: Bytes, _ dialect: SQLDialect, _ shouldAbandon: @escaping (_ offset: Int) -> Bool) {
    // Never nil: callers have bytes.
    base = bytes.baseAddress.unsafelyUnwrapped
    end = bytes.count
    self.dialect = dialect
    abandonment = AbandonmentCheck(shouldAbandon)
  }

  enum Found: Equatable {
    case at(Int)
    /// The text ends before.
    case end
    case abandoned
  }

  /// Where the next line begins; the end of the text counts as one.
  mutating func nextLine(after offset: Int) -> Found {
    switch first(allLineFeeds, allLineFeeds, from: offset) {
    case .at(let found): .at(found + 1)
    case .end: .at(end)
    case .abandoned: .abandoned
    }
  }

  /// The quote that closes the literal whose contents begin at `offset`, and whether there is anything to replace
  /// in it: a doubled quote or an escape sequence.
  mutating func closingQuote(
    _ quote: UInt8, from offset: Int, hasEscapes: Bool
  ) -> (found: Found, isPlain: Bool) {
    let quotes = UInt64(quote) &* lowestBits
    let others = hasEscapes ? allBackslashes : quotes
    var (cursor, isPlain) = (offset, true)
    while true {
      guard case .at(let found) = first(quotes, others, from: cursor) else {
        return (isAbandoned ? .abandoned : .end, isPlain)
      }
      if base[found] == quote {
        guard found + 1 < end, base[found + 1] == quote else { return (.at(found), isPlain) }
      }
      isPlain = false
      cursor = min(found + 2, end)
    }
  }

  /// The semicolon that ends the statement, outside of quotes.
  mutating func statementEnd(from offset: Int) -> Found {
    var cursor = offset
    while true {
      guard case .at(let found) = firstMark(from: cursor) else { return isAbandoned ? .abandoned : .end }
      if base[found] == semicolon { return .at(found) }
      let closing = closingQuote(
        base[found], from: found + 1, hasEscapes: dialect.hasBackslashEscapes && base[found] != backtick)
      guard case .at(let closed) = closing.found else { return closing.found }
      cursor = closed + 1
    }
  }

  /// Whether the last search was abandoned.
  private(set) var isAbandoned = false

  /// Notes that `offset` is reached; true if the search is to be abandoned.
  mutating func check(_ offset: Int) -> Bool {
    isAbandoned = isAbandoned || abandonment.isAbandoned(at: offset)
    return isAbandoned
  }

  private mutating func first(_ pattern: UInt64, _ other: UInt64, from offset: Int) -> Found {
    var cursor = offset
    while cursor < end {
      if check(cursor) { return .abandoned }
      let stop = min(end, abandonment.nextOffset)
      cursor = firstPosition(of: pattern, or: other, base, from: cursor, to: stop)
      if cursor < stop { return .at(cursor) }
    }
    return .end
  }

  /// The first semicolon or quote of any kind.
  private mutating func firstMark(from offset: Int) -> Found {
    var cursor = offset
    while cursor < end {
      if check(cursor) { return .abandoned }
      let stop = min(end, abandonment.nextOffset)
      // Sound: every word that is read ends before `stop`.
      while cursor + 8 <= stop {
        let word = loadWord(base + cursor)
        let found =
          highBitsWhereEqual(word, allSemicolons) | highBitsWhereEqual(word, allApostrophes)
          | highBitsWhereEqual(word, allQuotes) | highBitsWhereEqual(word, allBackticks)
        if found != 0 { return .at(cursor + found.trailingZeroBitCount / 8) }
        cursor += 8
      }
      while cursor < stop {
        switch base[cursor] {
        case semicolon, apostrophe, UInt8(ascii: "\""), backtick: return .at(cursor)
        default: cursor += 1
        }
      }
    }
    return .end
  }
}

let apostrophe = UInt8(ascii: "'")
let backslash = UInt8(ascii: "\\")
private let backtick = UInt8(ascii: "`")
private let semicolon = UInt8(ascii: ";")
private let lowestBits: UInt64 = 0x0101_0101_0101_0101
let allBackslashes = UInt64(backslash) &* lowestBits
private let allApostrophes = UInt64(apostrophe) &* lowestBits
private let allSemicolons = UInt64(semicolon) &* lowestBits
private let allBackticks = UInt64(backtick) &* lowestBits

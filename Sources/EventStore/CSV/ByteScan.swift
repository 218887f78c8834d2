import Engine
import System

// Byte searches on eight bytes at a time, loaded as one word whose lowest byte is the first.

let allQuotes = repeated(UInt8(ascii: "\""))
let allLineFeeds = repeated(UInt8(ascii: "\n"))

/// The top bit of every byte of `word` that equals the byte of `pattern`; all other bits are zero.
@inline(__always)
func highBitsWhereEqual(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
  let difference = word ^ pattern
  return ~(((difference & ~highBits) &+ ~highBits) | difference) & highBits
}

/// The first position from `start` on whose byte is the one repeated in `pattern` or in `other`; `end` if
/// there is none.
func firstPosition(
  of pattern: UInt64, or other: UInt64, _ base: UnsafePointer<UInt8>, from start: Int, to end: Int
) -> Int {
  var cursor = start
  // Sound: every word that is read ends before `end`.
  while cursor + 8 <= end {
    let word = loadWord(base + cursor)
    let found = highBitsWhereEqual(word, pattern) | highBitsWhereEqual(word, other)
    if found != 0 { return cursor + found.trailingZeroBitCount / 8 }
    cursor += 8
  }
  while cursor < end, base[cursor] != UInt8(truncatingIfNeeded: pattern),
    base[cursor] != UInt8(truncatingIfNeeded: other)
  {
    cursor += 1
  }
  return cursor
}

/// Not zero if a byte is NUL or not ASCII.
@inline(__always)
func unusualBits(_ word: UInt64) -> UInt64 { (word | (word &- lowBits)) & highBits }

/// Whether all bytes are ASCII and none is NUL.
func isPlainASCII(_ bytes: Bytes) -> Bool {
  guard let start = bytes.baseAddress else { return true }
  var unusual: UInt64 = 0
  var index = 0
  while index + 8 <= bytes.count {
    unusual |= unusualBits(loadWord(start + index))
    index += 8
  }
  while index < bytes.count {
    unusual |= unusualBits(repeated(start[index]))
    index += 1
  }
  return unusual == 0
}

/// Why `text` cannot be stored: it contains NUL or is not UTF-8. Nil if it can.
func textDefect(_ text: Bytes) -> RowDefect? {
  if isPlainASCII(text) { return nil }
  if text.contains(0) { return .nulByte }
  return isUTF8(text) ? nil : .notUTF8
}

func isUTF8(_ bytes: Bytes) -> Bool {
  (try? UTF8Span(validating: bytes.span)) != nil
}

private let lowBits = repeated(0x01)
private let highBits = repeated(0x80)

import Engine

// Looking at eight bytes at a time, as one word whose lowest byte is the first.

let quotes = repeated(UInt8(ascii: "\""))
let commas = repeated(UInt8(ascii: ","))
let lineFeeds = repeated(UInt8(ascii: "\n"))

/// The eight bytes at `start`, which may stand anywhere.
@inline(__always)
func loadWord(_ start: UnsafePointer<UInt8>) -> UInt64 {
  UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
}

/// The top bit of the first byte of `word` that is the one of `pattern`, and perhaps more bits above it;
/// zero when there is none.
@inline(__always)
func bytesEqual(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
  let difference = word ^ pattern
  return (difference &- lowBits) & ~difference & highBits
}

/// Whether all bytes are ASCII and none is NUL.
func isPlainASCII(_ bytes: Bytes) -> Bool {
  guard let start = bytes.baseAddress else { return true }
  var suspects: UInt64 = 0
  var index = 0
  while index + 8 <= bytes.count {
    let word = loadWord(start + index)
    suspects |= word | (word &- lowBits)
    index += 8
  }
  while index < bytes.count {
    suspects |= UInt64(start[index]) | (UInt64(start[index]) &- 1)
    index += 1
  }
  return suspects & highBits == 0
}

func isUTF8(_ bytes: Bytes) -> Bool {
  (try? UTF8Span(validating: bytes.span)) != nil
}

private let lowBits = repeated(0x01)
private let highBits = repeated(0x80)

@inline(__always)
private func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

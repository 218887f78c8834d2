extension UnsafeBufferPointer<UInt8> {
  /// Returns the position of the first byte from `start` on that ends a run of unescaped characters of a JSON
  /// string: a quote, a backslash or a control character and, if `endsAtMultibyte`, the first byte of a
  /// character outside of ASCII. Returns the count if there is none.
  @inline(__always)
  func endOfPlainRun(from start: Int, endsAtMultibyte: Bool) -> Int {
    guard let base = UnsafeRawPointer(baseAddress) else { return 0 }
    let ones: UInt64 = 0x0101_0101_0101_0101
    var position = start
    while position &+ 8 <= count {
      // Sound: eight bytes from the position lie within the buffer.
      let word = (base + position).loadUnaligned(as: UInt64.self).littleEndian
      // Each term sets the top bit of the ASCII bytes that it searches for. A borrow affects only bytes after
      // such a hit, and only the first hit counts.
      let quotes = (word ^ (ones &* 0x22)) &- ones
      let backslashes = (word ^ (ones &* 0x5C)) &- ones
      let controls = word &- ones &* 0x20
      let ascii = (quotes | backslashes | controls) & ~word
      let hits = (endsAtMultibyte ? ascii | word : ascii) & (ones &* 0x80)
      if hits != 0 { return position &+ hits.trailingZeroBitCount / 8 }
      position &+= 8
    }
    while position < count {
      switch self[position] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20: return position
      case 0x80... where endsAtMultibyte: return position
      default: position &+= 1
      }
    }
    return count
  }
}

import System

/// Appends strings and numbers in JSON syntax.
extension [UInt8] {
  mutating func append(literal text: StaticString) {
    // Sound: a literal's bytes are never freed.
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(digitsOf: value.magnitude)
  }

  mutating func append(decimal value: JSONDecimal) {
    var (magnitude, scale) = (value.significand.magnitude, value.scale)
    if value.significand < 0 { append(UInt8(ascii: "-")) }
    if scale < 0 {
      while magnitude % 10 == 0 {
        magnitude /= 10
        scale -= 1
      }
    }
    let start = count
    append(digitsOf: magnitude)
    if scale > 0 {
      let digitCount = count - start
      if digitCount <= scale {
        insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: scale - digitCount + 1), at: start)
      }
      insert(UInt8(ascii: "."), at: count - scale)
    } else if scale < 0 {
      append(UInt8(ascii: "e"))
      append(digitsOf: UInt64(-scale))
    }
  }

  mutating func append(shortest value: Double) {
    // JSON has no infinities and no NaN; JavaScript writes null for them.
    guard value.isFinite else { return append(literal: "null") }
    // The library computes the shortest digits; its exponents (1e+21, 5e-324) are valid JSON.
    let text = value.description
    text.utf8.span.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Appends a string in quotes, with only the escapes that RFC 8259 section 7 requires.
  mutating func append(quoting text: String) { append(quoting: text, between: nil, nil) }

  /// Appends a member's name in quotes and a colon, preceded by a comma if one is needed.
  mutating func append(name: String, afterComma needsComma: Bool) {
    append(quoting: name, between: needsComma ? UInt8(ascii: ",") : nil, UInt8(ascii: ":"))
  }

  private mutating func append(quoting text: String, between first: UInt8?, _ last: UInt8?) {
    text.utf8.span.withUnsafeBufferPointer { utf8 in
      if utf8.endOfPlainRun(from: 0, endsAtMultibyte: false) == utf8.count {
        append(plain: utf8, between: first, last)
      } else {
        if let first { append(first) }
        append(escaping: utf8)
        if let last { append(last) }
      }
    }
  }

  /// Appends a string without escapes, as nearly every string is, in one copy.
  private mutating func append(
    plain text: UnsafeBufferPointer<UInt8>, between first: UInt8?, _ last: UInt8?
  ) {
    append(addingCapacity: text.count + 4) { output in
      if let first { output.append(first) }
      output.append(UInt8(ascii: "\""))
      output.append(bytes: text)
      output.append(UInt8(ascii: "\""))
      if let last { output.append(last) }
    }
  }

  private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    var start = 0
    while true {
      let end = text.endOfPlainRun(from: start, endsAtMultibyte: false)
      append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<end]))
      if end == text.count { break }
      append(escaping: text[end])
      start = end + 1
    }
    append(UInt8(ascii: "\""))
  }

  private mutating func append(escaping byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0D: append(UInt8(ascii: "r"))
    case 0x08: append(UInt8(ascii: "b"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0..<0x20:
      append(literal: "u00")
      append(hexadecimalDigit(byte >> 4))
      append(hexadecimalDigit(byte & 0xF))
    default: append(byte)
    }
  }

  private mutating func append(digitsOf value: UInt128) {
    if let small = UInt64(exactly: value) { return append(digitsOf: small) }
    append(contentsOf: String(value).utf8)
  }

  private mutating func append(digitsOf value: UInt64) {
    if value < 10 { return append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
    let count = value.digitCount
    append(addingCapacity: count) { output in
      output.append(repeating: 0, count: count)
      var rest = value
      for offset in (0..<count).reversed() {
        output[unchecked: offset] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
    }
  }
}

extension OutputSpan<UInt8> {
  @inline(__always)
  mutating func append(bytes: UnsafeBufferPointer<UInt8>) {
    precondition(bytes.count <= freeCapacity)
    withUnsafeMutableBufferPointer { buffer, count in
      // Sound: there is room for this many bytes after those that are written.
      UnsafeMutableBufferPointer(rebasing: buffer[count...]).baseAddress?
        .initialize(from: bytes.baseAddress.unsafelyUnwrapped, count: bytes.count)
      count += bytes.count
    }
  }
}

extension UInt64 {
  /// The number of decimal digits.
  fileprivate var digitCount: Int {
    var count = 1
    var limit: UInt64 = 10
    while self >= limit {
      count += 1
      let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
      if overflow { break }
      limit = next
    }
    return count
  }
}

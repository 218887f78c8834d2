/// How strings and numbers are spelled in JSON text.
extension [UInt8] {
  mutating func append(literal text: StaticString) {
    // Sound: a literal's bytes are there for good.
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
    precondition(value.isFinite, "JSON has no infinities and no NaN")
    // The shortest digits are the library's; its exponents (1e+21, 5e-324) are JSON's too.
    append(contentsOf: value.description.utf8)
  }

  /// A string in quotes, with only those escapes that RFC 8259 section 7 asks for.
  mutating func append(quoting text: String) {
    append(UInt8(ascii: "\""))
    text.utf8.span.withUnsafeBufferPointer { utf8 in
      var start = 0
      while true {
        let end = utf8.endOfPlainRun(from: start, endsAtMultibyte: false)
        append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<end]))
        if end == utf8.count { break }
        append(escaping: utf8[end])
        start = end + 1
      }
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
      append(hexadecimalDigit: byte >> 4)
      append(hexadecimalDigit: byte & 0xF)
    default: append(byte)
    }
  }

  private mutating func append(hexadecimalDigit digit: UInt8) {
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }

  private mutating func append(digitsOf value: UInt128) {
    if let small = UInt64(exactly: value) { return append(digitsOf: small) }
    append(contentsOf: String(value).utf8)
  }

  private mutating func append(digitsOf value: UInt64) {
    if value < 10 { return append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = 20
    var rest = value
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    digits.span.withUnsafeBufferPointer { append(contentsOf: UnsafeBufferPointer(rebasing: $0[start...])) }
  }
}

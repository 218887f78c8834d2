import Engine

// Numbers in ten-thousandths as text.

/// A number as JavaScript's `toFixed(4)` writes it.
func fourDecimals(_ number: Int64) -> String {
  String(unsafeUninitializedCapacity: fourDecimalsCapacity) { target in
    // Sound: the capacity is not zero.
    target.baseAddress.map { writeFourDecimals(number, to: $0) } ?? 0
  }
}

/// A number without zeros at the end of its decimals.
func shortestDecimal(_ number: Int64) -> String {
  var text: [UInt8] = []
  appendDecimal(number, to: &text)
  return String(decoding: text, as: UTF8.self)
}

/// The length of the longest text that ``writeFourDecimals(_:to:)`` writes.
let fourDecimalsCapacity = 24

/// Writes a number in ten-thousandths as JavaScript's `toFixed(4)` does; returns the length.
func writeFourDecimals(_ number: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
  var digits: InlineArray<24, UInt8> = .init(repeating: 0)
  var count = 0
  var rest = number.magnitude
  repeat {
    if count == 4 {
      digits[count] = UInt8(ascii: ".")
      count += 1
    }
    digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
    rest /= 10
    count += 1
  } while rest > 0 || count < 6
  if number < 0 {
    digits[count] = UInt8(ascii: "-")
    count += 1
  }
  for index in 0..<count { target[index] = digits[count - 1 - index] }
  return count
}

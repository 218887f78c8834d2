/// Punycode, in which labels of hosts with other letters than ASCII are written (RFC 3492).
enum Punycode {
  // The parameters of section 5.
  private static let base = 36
  private static let (minimumThreshold, maximumThreshold) = (1, 26)
  private static let (skew, damp) = (38, 700)
  private static let (initialBias, initialCode) = (72, 0x80)

  /// Encodes a label, without `xn--` (section 6.3). The time grows with the square of its length, which is 63 at most.
  static func encoded(_ label: [Unicode.Scalar]) -> String {
    let basic = label.filter(\.isASCII)
    var output = String(String.UnicodeScalarView(basic))
    if !basic.isEmpty { output += "-" }
    let codes = label.map { Int($0.value) }
    var (code, delta, bias, handled) = (initialCode, 0, initialBias, basic.count)
    while handled < codes.count, let next = codes.lazy.filter({ $0 >= code }).min() {
      delta += (next - code) * (handled + 1)
      code = next
      for other in codes {
        if other < code { delta += 1 }
        guard other == code else { continue }
        append(delta, bias, to: &output)
        bias = adapted(delta, count: handled + 1, isFirst: handled == basic.count)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return output
  }

  /// Appends a number in digits of decreasing weight.
  private static func append(_ number: Int, _ bias: Int, to output: inout String) {
    var rest = number
    var weight = base
    while true {
      let threshold = min(max(weight - bias, minimumThreshold), maximumThreshold)
      guard rest >= threshold else { break }
      output.unicodeScalars.append(digit(threshold + (rest - threshold) % (base - threshold)))
      rest = (rest - threshold) / (base - threshold)
      weight += base
    }
    output.unicodeScalars.append(digit(rest))
  }

  /// `a` to `z` for 0 to 25, and `0` to `9` for 26 to 35.
  private static func digit(_ value: Int) -> Unicode.Scalar {
    Unicode.Scalar(value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26))
  }

  /// The bias for the next number (section 6.1).
  private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
    var rest = isFirst ? delta / damp : delta / 2
    rest += rest / count
    var steps = 0
    while rest > (base - minimumThreshold) * maximumThreshold / 2 {
      rest /= base - minimumThreshold
      steps += base
    }
    return steps + (base - minimumThreshold + 1) * rest / (rest + skew)
  }
}

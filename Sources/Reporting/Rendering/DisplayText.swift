import JSON

/// Text from events, and names of files, columns and tables, that is safe on a terminal: characters that would move the
/// cursor, change colors or change the writing direction are replaced, so that no visitor of a website can control a
/// terminal. The joiners stay, because Persian, Hindi and emoji are written with them.
public func displayable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
  var safe = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { safe.append(isUnsafe(scalar) ? "\u{FFFD}" : scalar) }
  return String(safe)
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
  if isJoiner(scalar) { return false }
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator: return true
  default: return false
  }
}

/// Zero width joiner and non-joiner.
private func isJoiner(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{200D}" || scalar == "\u{200C}" }

/// The text in at most `width` columns; an ellipsis replaces what is cut off.
func shortened(_ text: String, to width: Int) -> String {
  guard displayWidth(text) > width else { return text }
  var (kept, columns) = ("", 1)
  for character in text {
    columns += displayWidth(character)
    if columns > width { break }
    kept.append(character)
  }
  return kept + "…"
}

/// The text padded with spaces to `width` columns.
func padded(_ text: String, to width: Int, _ alignment: Table.Alignment) -> String {
  let space = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return alignment == .left ? text + space : space + text
}

/// A number with thousands separators: `1,234,567.5`. Decimals are preserved exactly.
func numberText(_ value: JSONValue, decimals: Int = 0) -> String {
  let text = value.description
  // A number in exponential notation stays unchanged.
  guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }) else { return text }
  let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
  let fraction = parts.count > 1 ? parts[1] : ""
  let zeros = String(repeating: "0", count: max(0, decimals - fraction.utf8.count))
  return grouped(parts[0]) + (fraction.isEmpty && zeros.isEmpty ? "" : ".\(fraction)\(zeros)")
}

func numberText(_ number: Int64) -> String { grouped(String(number)) }

private func grouped(_ digits: String) -> String {
  let sign = digits.hasPrefix("-") ? "-" : ""
  var text = ""
  for (index, digit) in digits.dropFirst(sign.count).reversed().enumerated() {
    if index > 0, index % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return sign + String(text.reversed())
}

/// The largest number of decimal places among `values`; at least two if any value has some.
func decimals(_ values: [JSONValue]) -> Int {
  let longest = values.map {
    $0.description.split(separator: ".", maxSplits: 1).dropFirst().first?.utf8.count ?? 0
  }
  .max()
  return longest.map { $0 == 0 ? 0 : max(2, $0) } ?? 0
}

/// A number rounded to two decimal places if it has more places than amounts of money have: a mean.
func roundedText(_ value: JSONValue) -> String {
  guard let double = value.double, abs(double) < 1e15, decimals([value]) > 4 else { return numberText(value) }
  let hundredths = Int64((double * 100).rounded())
  return numberText(.decimal(JSONDecimal(significand: Int128(hundredths), scale: 2)), decimals: 2)
}

/// A share as a percentage with one decimal place: `11.3%`. If it has more digits than a double holds
/// exactly, the notation is exponential, `1e+20%`; an overflow is `∞%`, and NaN is `NaN`.
func percentText(_ share: Double) -> String {
  if share.isNaN { return "NaN" }
  let sign = share < 0 ? "-" : ""
  guard abs(share) < 1e15 else { return (share * 100).isFinite ? "\(share * 100)%" : "\(sign)∞%" }
  let tenths = Int64((abs(share) * 1000).rounded())
  return "\(tenths == 0 ? "" : sign)\(grouped(String(tenths / 10))).\(tenths % 10)%"
}

/// How much a number is more or less than another: `+12 %`, `-3 %`; `new` if there was nothing, empty if both are zero.
func changeText(_ now: Double, from before: Double) -> String {
  guard before != 0 else { return now == 0 ? "" : "new" }
  let percent = ((now - before) / abs(before) * 100).rounded()
  guard abs(percent) < 1e15 else { return percent > 0 ? "+∞ %" : "-∞ %" }
  let whole = Int64(percent)
  return "\(whole > 0 ? "+" : "")\(numberText(whole)) %"
}

/// Seconds in the form of a clock: `4:40`, `1:04:40`.
func durationText(_ seconds: Int64) -> String {
  func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
  return hours > 0
    ? "\(grouped(String(hours))):\(twoDigits(minutes)):\(twoDigits(seconds % 60))"
    : "\(minutes):\(twoDigits(seconds % 60))"
}

/// A count with its noun: `1 visit`, `2 visits`.
func countText(_ count: Int64, _ one: String) -> String {
  "\(numberText(count)) \(one)\(count == 1 ? "" : "s")"
}

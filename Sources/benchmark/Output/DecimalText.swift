/// A number with `digits` decimal places and thousands separators.
func decimalText(_ number: Double, digits: Int) -> String {
  var unit = 1.0
  for _ in 0..<digits { unit *= 10 }
  let scaled = Int((number * unit).rounded())
  let (whole, fraction) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt(unit))
  var text = (scaled < 0 ? "-" : "") + grouped(Int(whole))
  if digits > 0 { text += "." + padded(Int(fraction), to: digits) }
  return text
}

/// A number from 0 on with thousands separators.
private func grouped(_ number: Int) -> String {
  number < 1000 ? "\(number)" : grouped(number / 1000) + "," + padded(number % 1000, to: 3)
}

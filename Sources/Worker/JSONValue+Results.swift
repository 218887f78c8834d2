import Calendar
import Engine
import JSON

extension JSONValue {
  /// A number; an integer if it has no fraction.
  init(_ number: Double) {
    self = Int64(exactly: number).map(JSONValue.integer) ?? .double(number)
  }

  init(_ count: Int) { self = .integer(Int64(count)) }

  /// An amount, exactly, without trailing zeros.
  init(_ amount: Amount) {
    let decimal = JSONDecimal(significand: amount.tenThousandths, scale: 4)
    self = decimal.wholeNumber.map(JSONValue.integer) ?? .decimal(decimal)
  }

  /// A number in millionths, exact.
  init(millionths: Int128) {
    let decimal = JSONDecimal(significand: millionths, scale: 6)
    self = decimal.wholeNumber.map(JSONValue.integer) ?? .decimal(decimal)
  }

  /// An instant, in the format of replies. In some time zones the first day of the year 0000 starts in the year before;
  /// it is clamped to the year 0000, the first that can be written.
  init(instant milliseconds: Int64) { self = .string(formatInstant(clamped(milliseconds))) }

  /// An instant of a saved report, always with milliseconds. Other programs may have saved one of any year.
  init(savedInstant milliseconds: Int64) {
    self = .string(formatInstantWithMilliseconds(clamped(milliseconds)))
  }

  /// A website's domain; null if it is unknown.
  init(domain: String) { self = domain.isEmpty ? .null : .string(domain) }

  /// A number, or null if there is none.
  init(_ number: Double?) { self = number.map(JSONValue.init) ?? .null }

  /// An amount; null if there is none.
  init(_ amount: Amount?) { self = amount.map { JSONValue($0) } ?? .null }
}

/// The nearest instant that can be written.
private func clamped(_ milliseconds: Int64) -> Int64 {
  min(max(milliseconds, writableInstants.lowerBound), writableInstants.upperBound)
}

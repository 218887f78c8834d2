import Calendar
import Engine
import JSON

extension JSONValue {
  /// A number without a fraction where it has none.
  init(_ number: Double) {
    self = Int64(exactly: number).map(JSONValue.integer) ?? .double(number)
  }

  init(_ count: Int) { self = .integer(Int64(count)) }

  /// An amount, exactly, without trailing zeros.
  init(_ amount: Amount) {
    let decimal = JSONDecimal(significand: amount.tenThousandths, scale: 4)
    self = decimal.wholeNumber.map(JSONValue.integer) ?? .decimal(decimal)
  }

  /// An instant as replies have it. The first day of the year 0000 begins before it in some time zones; it is said
  /// to begin with the year.
  init(instant milliseconds: Int64) { self = .string(formatInstant(writable(milliseconds))) }

  /// An instant of a saved report, always with milliseconds. Other programs may have written one of any year.
  init(savedInstant milliseconds: Int64) {
    self = .string(formatInstantWithMilliseconds(writable(milliseconds)))
  }

  /// A website's domain, null where it is not known.
  init(domain: String) { self = domain.isEmpty ? .null : .string(domain) }

  /// A number, or null where there is none.
  init(_ number: Double?) { self = number.map(JSONValue.init) ?? .null }
}

/// The instant that replies can hold which is nearest to one.
private func writable(_ milliseconds: Int64) -> Int64 {
  min(max(milliseconds, writableInstants.lowerBound), writableInstants.upperBound)
}

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

  /// An instant as replies have it.
  init(instant milliseconds: Int64) { self = .string(formatInstant(milliseconds)) }

  /// An instant of a saved report, always with milliseconds.
  init(savedInstant milliseconds: Int64) { self = .string(formatInstantWithMilliseconds(milliseconds)) }

  /// A website's domain, null where it is not known.
  init(domain: String) { self = domain.isEmpty ? .null : .string(domain) }

  /// A number, or null where there is none.
  init(_ number: Double?) { self = number.map(JSONValue.init) ?? .null }
}

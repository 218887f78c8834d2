import Engine
import System

/// A `number_value` in the form in which a store holds it, so that its four decimals are read back exactly.
///
/// A whole number is an INTEGER. Any other number is a REAL if it has at most 15 digits, which a double
/// preserves; a longer one is decimal text. The column is declared without a type because NUMERIC affinity
/// would convert that text to a REAL and lose its last digits.
enum StoredNumber: Equatable {
  case integer(Int64)
  case real(Double)
  case text(String)

  init(tenThousandths: Int64) {
    let (whole, fraction) = tenThousandths.quotientAndRemainder(dividingBy: 10_000)
    if fraction == 0 {
      self = .integer(whole)
    } else if tenThousandths.magnitude < 1_000_000_000_000_000 {
      self = .real(Double(tenThousandths) / 10_000)
    } else {
      self = .text(fourDecimals(tenThousandths))
    }
  }
}

/// `number` in ten-thousandths, using the shortest decimal that denotes the same double. Nil if they do not
/// fit.
func realInTenThousandths(_ number: Double) -> Int64? {
  // Up to 15 digits every decimal has its own double, so dividing back shows whether `scaled` is exact.
  let scaled = (number * 10_000).rounded()
  if scaled.magnitude < 1e15, scaled / 10_000 == number { return Int64(scaled) }
  var text = number.description
  return text.withUTF8(parseTenThousandths)
}

/// `number` in ten-thousandths; nil if they do not fit.
func wholeInTenThousandths(_ number: Int64) -> Int64? {
  let (product, overflow) = number.multipliedReportingOverflow(by: 10_000)
  return overflow ? nil : product
}

extension Statement {
  func bind(_ number: StoredNumber, at index: Int32) throws(StoreError) {
    switch number {
    case .integer(let value): try bind(value, at: index)
    case .real(let value): try bind(value, at: index)
    case .text(let value): try bind(value, at: index)
    }
  }

  /// A number in ten-thousandths, whatever its type; nil if the column is NULL or not a number that fits.
  func tenThousandths(_ column: Int32) -> Int64? {
    switch type(column) {
    case .integer: wholeInTenThousandths(integer(column))
    case .real: realInTenThousandths(real(column))
    case .text, .blob: parseTenThousandths(bytes(column))
    case .null: nil
    }
  }
}

extension Statement {
  /// An id as text, whatever its type: a blob of 16 bytes is a UUID.
  func identifierText(_ column: Int32) -> String {
    isUUID(column) ? UUIDBits(bytes: bytes(column)).text : text(column)
  }

  /// The same as bytes, which are copied into `arena` unless SQLite holds them already.
  func identifier(_ column: Int32, _ arena: ByteArena) -> Bytes {
    isUUID(column) ? arena.keep(identifierText(column)) : bytes(column)
  }

  private func isUUID(_ column: Int32) -> Bool { type(column) == .blob && bytes(column).count == 16 }
}

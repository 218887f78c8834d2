import Calendar
import Engine

/// Parses a point in time as milliseconds since 1970 (UTC): ISO 8601, `YYYY-MM-DD HH:MM:SS` in UTC, or a
/// number of seconds or milliseconds since 1970 (see ``timestamp(tenThousandths:)``).
func parseTimestamp(_ text: Bytes) -> Int64? {
  if let number = parseTenThousandths(text) { return timestamp(tenThousandths: number) }
  return parseInstant(text)
}

/// Interprets a number as seconds since 1970 if it is below 10¹¹ (the year 5138), else as milliseconds, which
/// passed that number in March 1973. Nil outside the years 0000 to 9999, which includes present times in
/// microseconds.
func timestamp(tenThousandths: Int64) -> Int64? {
  let unit: Int64 = 10_000
  switch tenThousandths.magnitude {
  case ..<(100_000_000_000 * unit.magnitude):
    return writableInstant(floorDivide(tenThousandths, by: unit / 1_000))
  default: return writableInstant(floorDivide(tenThousandths, by: unit))
  }
}

/// Milliseconds since 1970; nil outside the years 0000 to 9999.
func writableInstant(_ milliseconds: Int64) -> Int64? {
  writableInstants ~= milliseconds ? milliseconds : nil
}

/// Rounds down, also before 1970.
private func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? quotient - 1 : quotient
}

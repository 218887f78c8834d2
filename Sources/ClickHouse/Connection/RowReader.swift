/// Reads the rows of an answer in ClickHouse's format `RowBinary`: values one after the other, numbers in little endian, texts
/// behind their length (https://clickhouse.com/docs/interfaces/formats/RowBinary).
///
/// The statement's author knows the types, and casts what could differ between versions. An answer that ends in the middle
/// of a row throws ``ClickHouseError/damagedAnswer(_:)``.
struct RowReader {
  private let bytes: [UInt8]
  /// The number of bytes that were read.
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  /// `String`. Bytes that are no UTF-8 become U+FFFD.
  mutating func text() throws(ClickHouseError) -> String {
    String(decoding: bytes[try take(length())], as: UTF8.self)
  }

  /// `Int64`.
  mutating func integer() throws(ClickHouseError) -> Int64 {
    Int64(bitPattern: try word())
  }

  /// `Int64`, as a count.
  mutating func count() throws(ClickHouseError) -> Int { Int(try integer()) }

  /// `Float64`.
  mutating func number() throws(ClickHouseError) -> Double {
    Double(bitPattern: try word())
  }

  /// `UInt8` of a condition.
  mutating func flag() throws(ClickHouseError) -> Bool { bytes[try take(1).lowerBound] != 0 }

  /// `Nullable`.
  mutating func optional<Value>(
    _ read: (inout RowReader) throws(ClickHouseError) -> Value
  ) throws(ClickHouseError) -> Value? {
    try flag() ? nil : try read(&self)
  }

  /// `Array`.
  mutating func list<Value>(
    _ read: (inout RowReader) throws(ClickHouseError) -> Value
  ) throws(ClickHouseError) -> [Value] {
    let count = try length()
    var values: [Value] = []
    // Each value has at least one byte, so a damaged length cannot reserve more than the answer has.
    values.reserveCapacity(min(count, bytes.count - position))
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  /// A length in LEB128.
  private mutating func length() throws(ClickHouseError) -> Int {
    var (length, shift) = (UInt64(0), UInt64(0))
    while true {
      let byte = bytes[try take(1).lowerBound]
      length |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
      if shift > 56 { throw .damagedAnswer("a length has too many bytes") }
    }
    return Int(length)
  }

  private mutating func word() throws(ClickHouseError) -> UInt64 {
    let range = try take(8)
    return bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func take(_ count: Int) throws(ClickHouseError) -> Range<Int> {
    guard count <= bytes.count - position else { throw .damagedAnswer("it ends in the middle of a row") }
    defer { position += count }
    return position..<position + count
  }
}

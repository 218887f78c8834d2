/// Reads the fields of a TZif file one after the other; none beyond its end.
struct TZifReader {
  private let file: [UInt8]
  private var position = 0

  init(_ file: [UInt8]) {
    self.file = file
  }

  func require(_ count: Int) throws(TZifError) {
    guard count <= file.count - position else { throw .truncated }
  }

  mutating func skip(_ count: Int) throws(TZifError) {
    try require(count)
    position += count
  }

  mutating func bytes(_ count: Int) throws(TZifError) -> ArraySlice<UInt8> {
    let start = position
    try skip(count)
    return file[start..<position]
  }

  /// A two's complement or unsigned number, in network byte order.
  mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(TZifError) -> Number {
    try bytes(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  /// A time of 4 or 8 bytes.
  mutating func time(_ length: Int) throws(TZifError) -> Int64 {
    length == 8 ? try integer(Int64.self) : Int64(try integer(Int32.self))
  }

  mutating func times(_ count: Int, _ length: Int) throws(TZifError) -> [Int64] {
    try require(count * length)
    var times: [Int64] = []
    times.reserveCapacity(count)
    for _ in 0..<count { times.append(try time(length)) }
    return times
  }

  /// What stands between two newlines.
  mutating func line() throws(TZifError) -> ArraySlice<UInt8> {
    guard try integer(UInt8.self) == UInt8(ascii: "\n") else { throw .badFooter }
    guard let end = file[position...].firstIndex(of: UInt8(ascii: "\n")) else { throw .truncated }
    return try bytes(end - position)
  }
}

/// The header of a block (RFC 9636, section 3.1).
struct TZifHeader {
  /// 1 to 4.
  let version: Int
  let universalCount, standardCount, leapCount, timeCount, typeCount, designationLength: Int

  init(_ reader: inout TZifReader) throws(TZifError) {
    // A short file that is none of ours should not be called a damaged one.
    guard (try? reader.bytes(4))?.elementsEqual("TZif".utf8) == true else { throw .notTZif }
    let byte = try reader.integer(UInt8.self)
    switch byte {
    case 0: version = 1
    case UInt8(ascii: "2")...UInt8(ascii: "4"): version = Int(byte - UInt8(ascii: "0"))
    default: throw .unknownVersion(byte)
    }
    try reader.skip(15)
    universalCount = Int(try reader.integer(UInt32.self))
    standardCount = Int(try reader.integer(UInt32.self))
    leapCount = Int(try reader.integer(UInt32.self))
    timeCount = Int(try reader.integer(UInt32.self))
    typeCount = Int(try reader.integer(UInt32.self))
    designationLength = Int(try reader.integer(UInt32.self))
  }

  /// The bytes of the block that follows. Six counts of 32 bits cannot overflow the sum.
  func blockLength(timeLength: Int) -> Int {
    timeCount * (timeLength + 1) + typeCount * 6 + designationLength + leapCount * (timeLength + 4)
      + standardCount + universalCount
  }
}

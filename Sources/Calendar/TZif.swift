/// The contents of a TZif file (RFC 9636, versions 1 to 4): transitions in Unix time and the rule after them.
///
/// Every count is checked against the available bytes before memory is allocated for it.
struct TZifFile {
  /// Seconds since 1970, strictly ascending, without leap seconds.
  private(set) var transitions: [Int64] = []
  /// `offsets[0]` before the first transition, then one for each.
  private(set) var offsets: [Int32]
  /// The footer's rule, which applies from the last transition on. Nil in version 1 and if it is empty.
  private(set) var footer: POSIXTimeZone?

  init(_ bytes: [UInt8]) throws(TZifError) {
    var reader = TZifReader(bytes)
    var header = try TZifHeader(&reader)
    let has64BitBlock = header.version > 1
    if has64BitBlock {
      try reader.skip(header.blockLength(timeLength: 4))
      header = try TZifHeader(&reader)
    }
    let timeLength = has64BitBlock ? 8 : 4
    try reader.require(header.blockLength(timeLength: timeLength))
    let times = try reader.times(header.timeCount, timeLength)
    let types = try reader.bytes(header.timeCount)
    let typeOffsets = try Self.typeOffsets(&reader, header)
    try reader.skip(header.designationLength)
    let leapSeconds = try Self.leapSeconds(&reader, header, timeLength)
    try reader.skip(header.standardCount + header.universalCount)
    footer = has64BitBlock ? try Self.footer(&reader) : nil

    // Before the first transition, local time has the first type.
    offsets = [typeOffsets[0]]
    try add(times, types, typeOffsets, leapSeconds)
  }

  /// Adds the transitions to the table, in Unix time.
  private mutating func add(
    _ times: [Int64], _ types: ArraySlice<UInt8>, _ typeOffsets: [Int32], _ leapSeconds: LeapSeconds
  ) throws(TZifError) {
    var leapSeconds = leapSeconds
    transitions.reserveCapacity(times.count)
    offsets.reserveCapacity(times.count + 1)
    for (time, type) in zip(times, types) {
      guard type < typeOffsets.count else { throw .badTypes }
      guard time <= Self.instants.upperBound else { throw .badTimes }
      // Some files begin with the beginning of the universe, 2^59 seconds ago.
      let unixTime = max(time, Self.instants.lowerBound) - leapSeconds.correction(at: time)
      if let last = transitions.last, unixTime <= last { throw .badTimes }
      transitions.append(unixTime)
      offsets.append(typeOffsets[Int(type)])
    }
  }

  private static func typeOffsets(
    _ reader: inout TZifReader, _ header: TZifHeader
  ) throws(TZifError) -> [Int32] {
    guard header.typeCount > 0 else { throw .badTypes }
    var typeOffsets: [Int32] = []
    typeOffsets.reserveCapacity(header.typeCount)
    for _ in 0..<header.typeCount {
      let offset = try reader.integer(Int32.self)
      guard offsetRange ~= Int64(offset) else { throw .badOffset(offset) }
      typeOffsets.append(offset)
      // Skips the daylight flag and the designation, which the calendar does not need.
      try reader.skip(2)
    }
    return typeOffsets
  }

  private static func leapSeconds(
    _ reader: inout TZifReader, _ header: TZifHeader, _ timeLength: Int
  ) throws(TZifError) -> LeapSeconds {
    var leapSeconds = LeapSeconds()
    for _ in 0..<header.leapCount {
      let time = try reader.time(timeLength)
      let correction = try reader.integer(Int32.self)
      if let last = leapSeconds.times.last, time <= last { throw .badTimes }
      leapSeconds.times.append(time)
      leapSeconds.corrections.append(Int64(correction))
    }
    return leapSeconds
  }

  private static func footer(_ reader: inout TZifReader) throws(TZifError) -> POSIXTimeZone? {
    let text = try reader.line()
    if text.isEmpty { return nil }
    guard let rule = POSIXTimeZone(text) else { throw .badFooter }
    return rule
  }
}

extension TZifFile {
  /// The valid offsets in files, in seconds (RFC 9636, section 3.2).
  static let offsetRange: ClosedRange<Int64> = -89_999...93_599

  /// The range in seconds that contains every 64-bit number of milliseconds.
  static let instants: ClosedRange<Int64> = (Int64.min / 1000 - 1)...(Int64.max / 1000 + 1)
}

/// The leap seconds of a file whose times include them (one of those in the folder `right`).
private struct LeapSeconds {
  var times: [Int64] = []
  /// The seconds by which the file's times from `times[i]` on are ahead of Unix time.
  var corrections: [Int64] = []

  private var passed = 0

  /// Returns the correction at one of the file's times. Call it with ascending times.
  mutating func correction(at time: Int64) -> Int64 {
    while passed < times.count, times[passed] <= time { passed += 1 }
    return passed == 0 ? 0 : corrections[passed - 1]
  }
}

/// Reads the fields of a TZif file in order, and nothing beyond its end.
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

  /// Reads a time of 4 or 8 bytes.
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

  /// Reads the text between two newlines.
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
    // A short file that is not TZif must not be reported as a damaged one.
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

  /// Returns the size of the block that follows. A sum of six 32-bit counts cannot overflow.
  func blockLength(timeLength: Int) -> Int {
    timeCount * (timeLength + 1) + typeCount * 6 + designationLength + leapCount * (timeLength + 4)
      + standardCount + universalCount
  }
}

/// The reason why bytes are not a time zone file (RFC 9636).
public enum TZifError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The bytes do not begin with `TZif`, or the 64-bit block does not.
  case notTZif
  /// The version is not 1 to 4; the value is the byte in the file.
  case unknownVersion(UInt8)
  /// The file ends before the data that its header announces.
  case truncated
  /// There are no local time types, or a transition to one that does not exist.
  case badTypes
  /// An offset from UTC outside −24:59:59 … 25:59:59, in seconds.
  case badOffset(Int32)
  /// Transitions or leap seconds do not ascend, or are beyond the supported instants.
  case badTimes
  /// The footer is not a `TZ` string.
  case badFooter

  public var description: String {
    switch self {
    case .notTZif: "not a TZif file"
    case .unknownVersion(let byte): "a TZif file of an unknown version (byte \(byte); known are 1 to 4)"
    case .truncated: "a TZif file that ends too early"
    case .badTypes: "a TZif file with a transition to no local time type"
    case .badOffset(let seconds): "a TZif file with an impossible offset of \(seconds) seconds"
    case .badTimes: "a TZif file whose times do not ascend"
    case .badFooter: "a TZif file whose footer is not a TZ string"
    }
  }
}

extension TimeZoneRules {
  /// Parses the rules in a time zone file (RFC 9636, which replaced RFC 8536; versions 1 to 4).
  ///
  /// The 64-bit block is used if there is one. After the last transition, the footer's rule applies forever
  /// or, without a footer, the last offset.
  public init(tzif bytes: [UInt8]) throws(TZifError) {
    let file = try TZifFile(bytes)
    guard let footer = file.footer else {
      self.init(transitions: file.transitions, offsets: file.offsets)
      return
    }
    var (transitions, offsets) = (file.transitions, file.offsets)
    // The rule applies from the last transition on; without a transition, it applies at all times.
    var start = TZifFile.instants.lowerBound
    if let last = transitions.popLast() {
      start = last
      offsets.removeLast()
    }
    for change in footer.changes(from: start, through: start + Self.cycleSeconds) {
      transitions.append(change.start)
      offsets.append(change.offset)
    }
    self.init(
      transitions: transitions, offsets: offsets, cycleStart: footer.daylight == nil ? nil : start)
  }
}

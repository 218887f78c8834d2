/// What a TZif file (RFC 9636, versions 1 to 4) says: transitions in Unix time and the rule after them.
///
/// Every count is checked against the bytes that are there before anything is allocated for it.
struct TZifFile {
  /// Seconds since 1970, strictly ascending, leap seconds taken out.
  private(set) var transitions: [Int64] = []
  /// `offsets[0]` before the first transition, then one for each.
  private(set) var offsets: [Int32]
  /// The footer's rule, which holds from the last transition on. Nil in version 1 and where it is empty.
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

    // Before the first transition local time is of the first type.
    offsets = [typeOffsets[0]]
    try add(times, types, typeOffsets, leapSeconds)
  }

  /// Puts the transitions into the table, in Unix time.
  private mutating func add(
    _ times: [Int64], _ types: ArraySlice<UInt8>, _ typeOffsets: [Int32], _ leapSeconds: LeapSeconds
  ) throws(TZifError) {
    var leapSeconds = leapSeconds
    transitions.reserveCapacity(times.count)
    offsets.reserveCapacity(times.count + 1)
    for (time, type) in zip(times, types) {
      guard type < typeOffsets.count else { throw .badTypes }
      guard time <= Self.instants.upperBound else { throw .badTimes }
      // Some files open with the beginning of the universe, 2^59 seconds ago.
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
      // The daylight flag and the designation: the calendar needs neither.
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
  /// The offsets that files may have, in seconds (RFC 9636, section 3.2).
  static let offsetRange: ClosedRange<Int64> = -89_999...93_599

  /// The seconds within which every 64-bit number of milliseconds lies.
  static let instants: ClosedRange<Int64> = (Int64.min / 1000 - 1)...(Int64.max / 1000 + 1)
}

/// The leap seconds of a file whose times count them (one of those called `right`).
private struct LeapSeconds {
  var times: [Int64] = []
  /// The seconds by which the file's times from `times[i]` on are ahead of Unix time.
  var corrections: [Int64] = []

  private var passed = 0

  /// The correction at one of the file's times. They are asked for in ascending order.
  mutating func correction(at time: Int64) -> Int64 {
    while passed < times.count, times[passed] <= time { passed += 1 }
    return passed == 0 ? 0 : corrections[passed - 1]
  }
}

/// The touches of a block's converting sessions. They are credited list by list.
struct AttributionTouches: Sendable {
  /// Rows of the partition; the touches of a session are adjacent.
  private(set) var rows: [UInt32] = []
  /// By touch: the value of its session.
  private var values: [Int128] = []
  /// By touch: the index of its session's first touch.
  private var firsts: [Int] = []
  /// The indices of the first touches of sessions with more than `comparedTouches`.
  private var longSessions: [Int] = []
  /// Comparing this many touches with each other is faster than sorting them.
  private static let comparedTouches = 16

  /// Scratch memory for the codes of the names and the hostnames, by touch.
  private var codes: [UInt32] = []
  private var hostnames: [UInt32] = []

  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    firsts.removeAll(keepingCapacity: true)
    longSessions.removeAll(keepingCapacity: true)
  }

  /// Adds a session's touch; `first` is the index of the session's first touch, which may be this one.
  @inline(__always)
  mutating func add(row: Int, value: Int128, first: Int) {
    if rows.count == first + Self.comparedTouches { longSessions.append(first) }
    rows.append(UInt32(row))
    values.append(value)
    firsts.append(first)
  }

  /// Credits the names in `list`. If `ownReferrers` is given, empty names and self-referrals are not
  /// credited.
  mutating func credit(
    _ list: AttributionList, of partition: Partition, ownReferrers: [UInt32]?,
    to credits: inout SourceCredits
  ) {
    if let column = list.column {
      partition[column].gather(rows, into: &codes)
    } else {
      CodeColumn.one(partition.clickIDs).gather(rows, into: &codes)
      for touch in codes.indices {
        codes[touch] = UInt32(ClickIDs(rawValue: UInt8(truncatingIfNeeded: codes[touch])).network.rawValue)
      }
    }
    if let ownReferrers {
      if list == .referrer { dropSelfReferrals(partition, ownReferrers) }
      credit(skippingEmpty: true, to: &credits)
    } else {
      credit(skippingEmpty: false, to: &credits)
    }
  }

  private mutating func dropSelfReferrals(_ partition: Partition, _ ownReferrers: [UInt32]) {
    partition[.hostname].gather(rows, into: &hostnames)
    for touch in rows.indices where codes[touch] == ownReferrers[Int(hostnames[touch])] { codes[touch] = 0 }
  }

  /// Credits each session once for each name, however many touches name it.
  private mutating func credit(skippingEmpty: Bool, to credits: inout SourceCredits) {
    sortLongSessions()
    let (values, firsts, codes) = (values.span, firsts.span, codes.span)
    for touch in firsts.indices where codes[touch] != 0 || !skippingEmpty {
      let code = codes[touch]
      var before = touch
      // In a session with more touches, equal codes are adjacent.
      let first = max(firsts[touch], touch - Self.comparedTouches)
      while before > first, codes[before - 1] != code { before -= 1 }
      if before == first { credits.add(values[touch], to: Int(code)) }
    }
  }

  /// Sorts the codes of each session with many touches, so that equal codes are adjacent. Their order does
  /// not matter, because all touches of a session have the same value.
  private mutating func sortLongSessions() {
    for first in longSessions {
      var end = first + Self.comparedTouches
      while end < firsts.count, firsts[end] == first { end += 1 }
      codes[first..<end].sort()
    }
  }
}

/// The credits of a list's names, by code.
struct SourceCredits: Sendable {
  /// Sessions or ten-thousandths.
  private var values: [Int128]
  /// Whether any session was credited to the name.
  private var isCredited: [Bool]

  init(codeCount: Int) {
    values = Array(repeating: 0, count: codeCount)
    isCredited = Array(repeating: false, count: codeCount)
  }

  /// The codes that were credited, with their values.
  var credited: some Sequence<(code: Int, value: Int128)> {
    values.indices.lazy.filter { isCredited[$0] }.map { ($0, values[$0]) }
  }

  mutating func add(_ value: Int128, to code: Int) {
    values[code] += value
    isCredited[code] = true
  }

  mutating func merge(_ other: SourceCredits) {
    for (code, value) in other.credited { add(value, to: code) }
  }
}

/// The touches of a block's converting sessions, which are credited one list after the other.
struct AttributionTouches: Sendable {
  /// Rows of the partition; those of a session together.
  private(set) var rows: [UInt32] = []
  /// By touch: what its session counts for.
  private var values: [Int128] = []
  /// By touch: the place of its session's first one.
  private var firsts: [Int] = []
  /// The places of the first touches of sessions with more than `fewTouches`.
  private var sessionsOfMany: [Int] = []
  /// So few touches of a session are quicker compared with each other than sorted.
  private static let fewTouches = 16

  /// Memory for the names' codes and the hostnames', by touch.
  private var codes: [UInt32] = []
  private var hostnames: [UInt32] = []

  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    firsts.removeAll(keepingCapacity: true)
    sessionsOfMany.removeAll(keepingCapacity: true)
  }

  /// Adds a session's touch; `first` is the place of the first one, which may be this.
  @inline(__always)
  mutating func add(row: Int, value: Int128, first: Int) {
    if rows.count == first + Self.fewTouches { sessionsOfMany.append(first) }
    rows.append(UInt32(row))
    values.append(value)
    firsts.append(first)
  }

  /// Credits the names in `list`. Where `ownReferrers` is given, neither empty names nor self-referrals are.
  mutating func credit(
    _ list: AttributionList, of partition: Partition, ownReferrers: [UInt32]?,
    to credits: inout AttributionCredits
  ) {
    if let column = list.column {
      partition[column].gather(rows, into: &codes)
    } else {
      CodeColumn.one(partition.paidAds).gather(rows, into: &codes)
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

  /// A session counts once a name, whatever the number of its touches.
  private mutating func credit(skippingEmpty: Bool, to credits: inout AttributionCredits) {
    sortManyTouches()
    let (values, firsts, codes) = (values.span, firsts.span, codes.span)
    for touch in firsts.indices where codes[touch] != 0 || !skippingEmpty {
      let code = codes[touch]
      var before = touch
      // Of one that has more, equal codes stand together.
      let first = max(firsts[touch], touch - Self.fewTouches)
      while before > first, codes[before - 1] != code { before -= 1 }
      if before == first { credits.add(values[touch], to: Int(code)) }
    }
  }

  /// Puts equal codes together where a session has more than few touches: all of them count for the same.
  private mutating func sortManyTouches() {
    for first in sessionsOfMany {
      var end = first + Self.fewTouches
      while end < firsts.count, firsts[end] == first { end += 1 }
      codes[first..<end].sort()
    }
  }
}

/// What the names of a list are credited with, by code.
struct AttributionCredits: Sendable {
  /// Sessions or ten-thousandths.
  private var values: [Int128]
  /// Whether any session was counted there.
  private var isTouched: [Bool]

  init(codeCount: Int) {
    values = Array(repeating: 0, count: codeCount)
    isTouched = Array(repeating: false, count: codeCount)
  }

  /// The codes that were credited at all.
  var credited: some Sequence<(code: Int, value: Int128)> {
    values.indices.lazy.filter { isTouched[$0] }.map { ($0, values[$0]) }
  }

  mutating func add(_ value: Int128, to code: Int) {
    values[code] += value
    isTouched[code] = true
  }

  mutating func merge(_ other: AttributionCredits) {
    for (code, value) in other.credited { add(value, to: code) }
  }
}

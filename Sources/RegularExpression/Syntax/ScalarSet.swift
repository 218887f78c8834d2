/// A set of Unicode scalars.
struct ScalarSet: Sendable {
  /// Ascending and disjoint.
  private let ranges: [ClosedRange<UInt32>]
  private let properties: [(property: ScalarProperty, isNegated: Bool)]
  private let isNegated: Bool
  private let ignoresCase: Bool
  /// The ASCII scalars in the set, a bit for each.
  private(set) var ascii: (low: UInt64, high: UInt64) = (0, 0)

  init(
    ranges: [ClosedRange<UInt32>] = [], properties: [(ScalarProperty, isNegated: Bool)] = [],
    isNegated: Bool = false, ignoresCase: Bool = false
  ) {
    self.ranges = Self.merged(ranges)
    self.properties = properties.map { (property: $0.0, isNegated: $0.isNegated) }
    self.isNegated = isNegated
    self.ignoresCase = ignoresCase
    for value in UInt8(0)..<64 {
      if contains(Unicode.Scalar(value)) { ascii.low |= 1 << value }
      if contains(Unicode.Scalar(value + 64)) { ascii.high |= 1 << value }
    }
  }

  /// Returns the set that `.` matches: any scalar, or any except line ends.
  static func any(andLineEnds: Bool) -> ScalarSet {
    ScalarSet(ranges: andLineEnds ? [] : [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isNegated: true)
  }

  /// The ranges that make up the set; nil if it is not made of ranges alone.
  var scalarRanges: (ranges: [ClosedRange<UInt32>], isNegated: Bool, ignoresCase: Bool)? {
    properties.isEmpty ? (ranges, isNegated, ignoresCase) : nil
  }

  /// Whether the set may contain scalars outside of ASCII.
  var mayHoldOthers: Bool {
    isNegated || ignoresCase || !properties.isEmpty || (ranges.last?.upperBound ?? 0) > 0x7F
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool { holds(scalar) != isNegated }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    if properties.contains(where: { $0.property.contains(scalar) != $0.isNegated }) { return true }
    if isInRanges(scalar.value) { return true }
    return ignoresCase && !ranges.isEmpty && scalar.caseVariants.contains { isInRanges($0.value) }
  }

  private func isInRanges(_ value: UInt32) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= value
  }

  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}

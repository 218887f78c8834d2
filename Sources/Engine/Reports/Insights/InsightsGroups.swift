/// The groups of an insights report: tuples of codes, one for each field, with dense numbers.
///
/// A tuple of one code is the code itself. Each further field is paired with the number of the tuple before
/// it, which is fast while there are few tuples. If many fields remain and make many tuples, these fields
/// share one table.
struct InsightsGroups: Sendable {
  /// The maximum number of possible tuples for which a table of pairs is fast.
  private static let maximumPairedTuples = 1 << 20
  /// If no more than this many fields remain, pairing them is cheaper in any case.
  private static let pairedRest = 2

  private let firstFieldSize: Int
  /// One for each paired field.
  private var levels: [GroupKeyTable] = []
  /// Tuples of the number of the paired fields' tuple and the codes of the other fields.
  private var others: TupleTable?
  private let otherFields: Int

  /// `fieldSizes` is the number of codes of each field.
  init(fieldSizes: [Int]) {
    firstFieldSize = fieldSizes[0]
    var possible = firstFieldSize
    var rest = fieldSizes.dropFirst()
    while let size = rest.first {
      possible = possible.multipliedReportingOverflow(by: size).overflow ? .max : possible * size
      if possible > Self.maximumPairedTuples, rest.count > Self.pairedRest { break }
      levels.append(GroupKeyTable(secondCount: size))
      rest.removeFirst()
    }
    otherFields = rest.count
    others = rest.isEmpty ? nil : TupleTable(width: rest.count + 1)
  }

  /// The number of paired fields; the first field is not one of them.
  var pairedFields: Int { levels.count }

  /// All numbers are below this.
  var count: Int { others?.count ?? levels.last?.count ?? firstFieldSize }

  /// Replaces the first `count` of `groups`, numbers of tuples of the first `level + 1` fields, by the
  /// numbers of the tuples with the next paired field.
  mutating func refine(_ groups: inout [UInt32], with codes: [UInt32], level: Int, count: Int) {
    levels[level].replace(&groups, with: codes, count: count)
  }

  /// Replaces the first `count` of `groups`, numbers of tuples of the paired fields, by the numbers of the
  /// tuples of all fields.
  ///
  /// - Parameter tuples: Each number of `groups`, followed by the codes of the other fields.
  mutating func refine(_ groups: inout [UInt32], with tuples: [UInt32], count: Int) {
    others?.replace(&groups, with: tuples, count: count)
  }

  /// Returns the codes of a group, one for each field.
  func codes(of group: Int) -> [UInt32] {
    var codes: [UInt32] = []
    codes.reserveCapacity(levels.count + 1 + otherFields)
    var group = UInt32(group)
    if let tuple = others?[Int(group)] {
      codes += tuple.dropFirst().reversed()
      group = tuple[tuple.startIndex]
    }
    for level in levels.reversed() {
      let (first, second) = level.pairs[Int(group)]
      codes.append(second)
      group = first
    }
    codes.append(group)
    codes.reverse()
    return codes
  }

  /// Returns the code of one field of a group.
  func code(of group: Int, field: Int) -> UInt32 {
    var group = UInt32(group)
    if let tuple = others?[Int(group)] {
      let other = field - levels.count
      if other > 0 { return tuple[tuple.startIndex + other] }
      group = tuple[tuple.startIndex]
    }
    for level in levels.indices.reversed() {
      let (first, second) = levels[level].pairs[Int(group)]
      if field == level + 1 { return second }
      group = first
    }
    return group
  }

  /// Returns the number of the group with these codes.
  mutating func group(of codes: [UInt32]) -> Int {
    let paired = levels.indices.reduce(codes[0]) { levels[$1].number($0, codes[$1 + 1]) }
    let tuple = [paired] + codes[(levels.count + 1)...]
    return Int(others?.number(of: tuple.span) ?? paired)
  }
}

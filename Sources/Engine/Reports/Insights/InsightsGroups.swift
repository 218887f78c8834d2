/// The groups of an insights report: tuples of codes, one a field, with dense numbers.
///
/// A tuple of one code is the code itself. Further fields are paired with the number of the tuple before them, one
/// after the other, which is quick while there are few tuples; where many fields are left that make many, these get
/// one table for all of them.
struct InsightsGroups: Sendable {
  /// Up to so many tuples there can be before a field for the table of pairs to be quick.
  private static let mostPaired = 1 << 20
  /// So many fields more are cheaper to pair all the same.
  private static let fewFields = 2

  private let firstFieldSize: Int
  /// One a paired field.
  private var levels: [GroupKeyTable] = []
  /// Tuples of the number of the paired fields' tuple and the codes of the others.
  private var others: TupleTable?
  private let otherFields: Int

  /// `fieldSizes`: how many codes each field has.
  init(fieldSizes: [Int]) {
    firstFieldSize = fieldSizes[0]
    var possible = firstFieldSize
    var rest = fieldSizes.dropFirst()
    while let size = rest.first {
      possible = possible.multipliedReportingOverflow(by: size).overflow ? .max : possible * size
      if possible > Self.mostPaired, rest.count > Self.fewFields { break }
      levels.append(GroupKeyTable(secondCount: size))
      rest.removeFirst()
    }
    otherFields = rest.count
    others = rest.isEmpty ? nil : TupleTable(width: rest.count + 1)
  }

  /// How many fields are paired; the first is none of them.
  var pairedFields: Int { levels.count }

  /// Numbers are below this.
  var count: Int { others?.count ?? levels.last?.count ?? firstFieldSize }

  /// Replaces the first `count` of `groups`, numbers of tuples of the first `level + 1` fields, by those with
  /// one more, which is paired.
  mutating func refine(_ groups: inout [UInt32], with codes: [UInt32], level: Int, count: Int) {
    levels[level].replace(&groups, with: codes, count: count)
  }

  /// Replaces the first `count` of `groups`, numbers of tuples of the paired fields, by those of all.
  ///
  /// - Parameter tuples: The numbers of `groups`, each with the codes of the other fields behind it.
  mutating func refine(_ groups: inout [UInt32], with tuples: [UInt32], count: Int) {
    others?.replace(&groups, with: tuples, count: count)
  }

  /// The codes of a group, one a field.
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

  /// The number of the group with these codes.
  mutating func group(of codes: [UInt32]) -> Int {
    let paired = levels.indices.reduce(codes[0]) { levels[$1].number($0, codes[$1 + 1]) }
    let tuple = [paired] + codes[(levels.count + 1)...]
    return Int(others?.number(of: tuple.span) ?? paired)
  }
}

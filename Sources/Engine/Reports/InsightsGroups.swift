/// The groups of an insights report: tuples of codes, one a field, with dense numbers.
///
/// A tuple of one code is the code itself; each further field is paired with the number of the tuple
/// before it.
struct InsightsGroups: Sendable {
  private let firstFieldSize: Int
  /// One a field but the first.
  private var levels: [PairTable]

  /// `fieldSizes`: how many codes each field has.
  init(fieldSizes: [Int]) {
    firstFieldSize = fieldSizes[0]
    levels = fieldSizes.dropFirst().map(PairTable.init)
  }

  /// Numbers are below this.
  var count: Int { levels.last?.count ?? firstFieldSize }

  /// Replaces the first `count` of `groups`, numbers of tuples of the first `level + 1` fields, by those with
  /// one more.
  mutating func refine(_ groups: inout [UInt32], with codes: [UInt32], level: Int, count: Int) {
    levels[level].replace(&groups, with: codes, count: count)
  }

  /// The codes of a group, one a field.
  func codes(of group: Int) -> [UInt32] {
    var codes: [UInt32] = []
    var group = UInt32(group)
    for level in levels.reversed() {
      let (first, second) = level.pairs[Int(group)]
      codes.append(second)
      group = first
    }
    codes.append(group)
    return codes.reversed()
  }

  /// The number of the group with these codes.
  mutating func group(of codes: [UInt32]) -> Int {
    Int(levels.indices.reduce(codes[0]) { levels[$1].number($0, codes[$1 + 1]) })
  }
}

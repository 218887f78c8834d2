import Testing

@testable import Engine

/// Loops over flags and codes that take many rows at once give what one row at a time gives.
@Suite struct FlagBytesTests {
  @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 63, 64, 65])
  func `flags of a run of rows are counted and filled`(count: Int) {
    for start in 0...9 {
      let rows = start..<start + count
      let flags: [UInt8] = (0..<rows.upperBound + tailPadding).map { $0 % 3 == 1 ? 0 : 1 }
      #expect(countSet(flags.span, rows) == flags[rows].count { $0 == 1 })
      var filled = flags
      var span = filled.mutableSpan
      fill(&span, rows, with: 1)
      #expect(filled[..<start] == flags[..<start])
      #expect(filled[rows].allSatisfy { $0 == 1 })
      #expect(filled.count == flags.count)
    }
  }

  /// For each width of codes: which codes pass, of those from 0 to the largest.
  @Test(arguments: [1, 2, 255, 256, 65536] as [UInt32])
  func `rows are narrowed to the codes that pass, be they none, few or all but few`(largest: UInt32) {
    let few: [Set<UInt32>] = [[], [0], [1], [largest], [0, 1], [0, largest], [0, 1, 2, 3, 4, 5]]
    let codes: [UInt32] = (0..<41).map { row in
      switch row % 3 {
      case 0: UInt32(row) % (largest + 1)
      case 1: 0
      default: largest
      }
    }
    let column = CodeColumn(count: codes.count, largest: largest) { codes[$0] }
    for named in few {
      for passNamed in [true, false] {
        let passing: [Bool] = (0...largest).map { named.contains($0) == passNamed }
        var selected = codes.indices.map { $0 % 5 != 0 }
        let expected = codes.indices.map { selected[$0] && passing[Int(codes[$0])] }
        column.narrow(&selected, 0..<codes.count, to: CodePredicate(flags: passing))
        #expect(selected == expected)
      }
    }
  }

  /// A filter that no event has a code for; the column is too narrow for it.
  @Test func `a code that does not fit a column is no code of it`() {
    let column = CodeColumn(count: 3, largest: 2) { UInt32($0) }
    for passNamed in [true, false] {
      var selected = [true, true, true]
      let passing: [Bool] = (0...300).map { ($0 == 300) == passNamed }
      column.narrow(&selected, 0..<3, to: CodePredicate(flags: passing))
      #expect(selected == Array(repeating: !passNamed, count: 3))
    }
  }
}

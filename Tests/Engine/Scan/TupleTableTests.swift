import Testing

@testable import Engine

@Suite struct TupleTableTests {
  @Test(arguments: [1, 2, 3, 16]) func `tuples have dense numbers, and the same tuple always the same one`(
    width: Int
  ) {
    var table = TupleTable(width: width)
    let tuples = (0..<500).map { row in (0..<width).map { UInt32(row % 200 * ($0 + 1)) } }
    var numbers = [UInt32](repeating: 0, count: 500)
    table.replace(&numbers, with: tuples.flatMap(\.self), count: 500)
    #expect(table.count == 200)
    #expect(Array(numbers[..<200]) == Array(0..<200))
    for (tuple, number) in zip(tuples, numbers) {
      #expect(Array(table[Int(number)]) == tuple)
      #expect(table.number(of: tuple.span) == number)
    }
  }
}

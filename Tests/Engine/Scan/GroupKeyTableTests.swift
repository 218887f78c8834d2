import Testing

@testable import Engine

@Suite struct GroupKeyTableTests {
  @Test(arguments: [1, 3, 1 << 10, 1 << 20])
  func `pairs have dense numbers, and the same pair always the same one`(secondCount: Int) {
    var table = GroupKeyTable(secondCount: secondCount)
    let firsts = (0..<UInt32(500)).map { $0 * $0 % 97 }
    let seconds = (0..<500).map { UInt32($0 * 31 % secondCount) }
    var numbers = firsts
    table.replace(&numbers, with: seconds, count: 500)
    #expect(Set(numbers) == Set(0..<UInt32(table.count)))
    for (place, number) in numbers.enumerated() {
      #expect(table.pairs[Int(number)] == (firsts[place], seconds[place]))
      #expect(table.number(firsts[place], seconds[place]) == number)
    }
    var again = firsts
    table.replace(&again, with: seconds, count: 250)
    #expect(again == numbers.prefix(250) + firsts.suffix(250))
  }
}

import TestSupport
import Testing

/// That the tool which other tests measure growth with tells linear work from quadratic work.
@Suite(.disabled(if: Sanitizer.isOn)) struct GrowthTests {
  private func numbers(_ count: Int) -> [UInt64] {
    var generator = SeededGenerator(seed: 1)
    return (0..<count).map { _ in generator.next() }
  }

  @Test func `one look at each element is linear`() {
    var sum: UInt64 = 0
    let growth = Growth.ofThreadTime(100_000) {
      numbers($0)
    } work: {
      for number in $0 { sum &+= number }
    }
    #expect(growth.isLinear, "\(growth)")
    #expect(sum != 0)
  }

  @Test func `sorting is linear enough`() {
    let growth = Growth.ofThreadTime(20_000, make: numbers) { _ = $0.sorted() }
    #expect(growth.isLinear, "\(growth)")
    #expect(growth.ratio > 1.5)
  }

  @Test(arguments: [1, 2]) func `a look at all elements for each is not`(doublings: Int) {
    var pairs = 0
    let growth = Growth.ofThreadTime(500, doublings: doublings, make: numbers) { numbers in
      let numbers = numbers.span
      for first in numbers.indices {
        for second in numbers.indices where numbers[first] == numbers[second] { pairs &+= 1 }
      }
    }
    #expect(!growth.isLinear, "\(growth)")
    #expect(pairs > 0)
  }

  @Test func `costs of processes are told apart likewise`() {
    func cost(_ milliseconds: Int, _ mebibytes: Int) -> Growth.Cost {
      Growth.Cost(milliseconds: Double(milliseconds), bytes: mebibytes << 20)
    }
    let (time, memory) = Growth.ofProcess(100) { cost($0 * 10, $0 * $0 / 100) }
    #expect(time.isLinear)
    #expect(!memory.isLinear)
    #expect(memory.ratio == 4)
    #expect("\(memory)" == "102400 kibibytes for 100, 409600 for 200: 4.0 times as much")
  }
}

import Testing

@testable import Engine

struct RadixSortTests {
  @Test(arguments: [0, 1, 2, 63, 64, 65, 5000])
  func `keys are ordered, and equal ones keep their order`(count: Int) {
    var random = SplitMix(state: 7)
    for limit in [1, 3, 1 << 11, 1 << 40, UInt64.max] {
      let keys = (0..<count).map { _ in random.next() % limit }
      let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      #expect(radixSortedOrder(of: keys).map(Int.init) == expected, "\(count) keys below \(limit)")
    }
  }

  @Test func `keys that differ in one high digit alone are ordered`() {
    #expect(radixSortedOrder(of: [1 << 63, 0, 1 << 44, 0]) == [1, 3, 2, 0])
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    let mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    return mixed ^ mixed >> 27
  }
}

import Dispatch
import Synchronization
import Testing

@testable import Engine

@Suite struct LazilyVerifiedTests {
  /// Counts calls.
  private final class Counter: Sendable {
    private let calls = Atomic(0)

    func add() { calls.add(1, ordering: .relaxed) }
    var count: Int { calls.load(ordering: .relaxed) }
  }

  @Test func `a value of this process needs no look`() {
    #expect(LazilyVerified(7).current == 7)
    #expect(LazilyVerified(7, isIntact: nil) { 8 }.current == 7)
  }

  @Test(arguments: [true, false]) func `the look is taken when the value is asked for, and once`(
    isIntact: Bool
  ) {
    let (looks, substitutes) = (Counter(), Counter())
    let checked = LazilyVerified(
      7,
      isIntact: {
        looks.add()
        return isIntact
      },
      substitute: {
        substitutes.add()
        return 8
      })
    #expect((looks.count, substitutes.count) == (0, 0))
    for _ in 0..<3 { #expect(checked.current == (isIntact ? 7 : 8)) }
    #expect((looks.count, substitutes.count) == (1, isIntact ? 0 : 1))
  }

  @Test(arguments: [true, false]) func `threads that ask at the same moment get the same value from one look`(
    isIntact: Bool
  ) {
    for _ in 0..<200 {
      let (looks, right) = (Counter(), Counter())
      let waiting = Atomic(4)
      let checked = LazilyVerified(
        7,
        isIntact: {
          looks.add()
          return isIntact
        }, substitute: { 8 })
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        // They set out together as far as there are processors for them.
        waiting.subtract(1, ordering: .relaxed)
        for _ in 0..<1000 where waiting.load(ordering: .relaxed) > 0 {}
        for _ in 0..<3 where checked.current == (isIntact ? 7 : 8) { right.add() }
      }
      #expect((looks.count, right.count) == (1, 12))
    }
  }
}

/// The steps that matching may still take. They are divided into slices: `isCancelled` is called only between
/// two slices, so checking for cancellation adds no cost to a step.
struct StepBudget {
  /// A slice takes about a millisecond.
  private static let mostOfSlice = 1 << 18

  /// The rest of the current slice; negative if more steps were taken than it had.
  private(set) var slice: Int
  private var rest: Int
  private let isCancelled: () -> Bool

  init(steps: Int, isCancelled: @escaping () -> Bool) {
    slice = min(steps, 0)
    rest = max(steps, 0)
    self.isCancelled = isCancelled
  }

  /// The number of all remaining steps.
  var count: Int { slice + rest }

  @inline(__always)
  mutating func take(_ steps: Int) throws(StepsExceeded) {
    slice -= steps
    if slice < 0 { try refill() }
  }

  /// Subtracts steps that were already taken; the next `take` throws if they were too many.
  @inline(__always)
  mutating func note(_ steps: Int) { slice -= steps }

  @inline(never)
  private mutating func refill() throws(StepsExceeded) {
    let left = slice + rest
    guard left >= 0, !isCancelled() else { throw StepsExceeded() }
    slice = min(left, Self.mostOfSlice)
    rest = left - slice
  }
}

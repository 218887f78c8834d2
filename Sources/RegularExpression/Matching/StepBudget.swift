/// The steps that a matching may still take. They are handed out slice by slice, so that somebody may be asked between
/// two slices whether to go on, which costs the steps themselves nothing.
struct StepBudget {
  /// Takes about a millisecond.
  private static let mostOfSlice = 1 << 18

  /// What is left of the slice in hand; below 0 once more was taken than it had.
  private(set) var slice: Int
  private var rest: Int
  private let isCancelled: () -> Bool

  init(steps: Int, isCancelled: @escaping () -> Bool) {
    slice = min(steps, 0)
    rest = max(steps, 0)
    self.isCancelled = isCancelled
  }

  /// All steps that are left.
  var count: Int { slice + rest }

  @inline(__always)
  mutating func take(_ steps: Int) throws(StepsExceeded) {
    slice -= steps
    if slice < 0 { try refill() }
  }

  /// The same for steps that were taken already; the next that are taken say whether they were too many.
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

/// Amounts that are added to ranges of touches. An addition takes the same time however long its range is.
struct TouchSums: Sendable {
  /// By touch: its amount less that of the touch before it, until `addUp`; then the amount.
  private var amounts: [Int128] = []

  /// Sets the amounts of so many touches to zero.
  mutating func reset(_ count: Int) {
    amounts.removeAll(keepingCapacity: true)
    extend(&amounts, to: count + 1, with: 0)
  }

  mutating func add(_ amount: Int128, to touches: Range<Int>) {
    amounts[touches.lowerBound] += amount
    amounts[touches.upperBound] -= amount
  }

  /// Adds everything up. Nothing can be added after it.
  mutating func addUp() {
    var sum: Int128 = 0
    for touch in amounts.indices {
      sum += amounts[touch]
      amounts[touch] = sum
    }
  }

  subscript(touch: Int) -> Int128 { amounts[touch] }
}

/// Divides amounts among weighted touches. Defined in `Sources/Engine/Reports/README.md`, section "attribution with models":
/// each part is rounded down, and the units that are left go to the largest remainders, of equal ones to the later touch.
struct CreditParts: Sendable {
  /// Adjacent touches of the same weight, whose parts have the same remainder.
  private var groups: [(weight: Int64, touches: Range<Int>)] = []
  private var remainders: [(remainder: Int128, group: Int)] = []

  mutating func removeAll() { groups.removeAll(keepingCapacity: true) }

  /// Adds touches after those that were added before.
  ///
  /// - Parameter weight: At least 0 and less than 2⁵³. That of all touches together must be positive, and less than 2⁷⁴.
  mutating func append(_ weight: Int64, _ touches: Range<Int>) {
    if let last = groups.last, last.weight == weight {
      groups[groups.count - 1].touches = last.touches.lowerBound..<touches.upperBound
    } else {
      groups.append((weight, touches))
    }
  }

  /// Adds the parts of an amount to the sums of the touches. They are meaningless once the executor is cancelled.
  mutating func divide(_ amount: Int128, into sums: inout TouchSums, _ executor: ParallelExecutor) {
    if groups.isEmpty { return }
    if groups.count == 1, groups[0].touches.count == 1 { return sums.add(amount, to: groups[0].touches) }
    var whole: Int128 = 0
    for group in groups { whole += Int128(group.weight) * Int128(group.touches.count) }
    // amount × weight may have more than 128 bits: amount = quotient × whole + rest.
    let (quotient, rest) = flooredQuotient(amount, whole)
    if rest == 0 {
      for group in groups { sums.add(quotient * Int128(group.weight), to: group.touches) }
      return
    }
    var left = rest
    remainders.removeAll(keepingCapacity: true)
    for (index, group) in groups.enumerated() {
      let (part, remainder) = (rest * Int128(group.weight)).quotientAndRemainder(dividingBy: whole)
      sums.add(quotient * Int128(group.weight) + part, to: group.touches)
      left -= part * Int128(group.touches.count)
      if remainder > 0 { remainders.append((remainder, index)) }
    }
    if left == 0 { return }
    executor.sort(&remainders) { ($0.remainder, $0.group) > ($1.remainder, $1.group) }
    for (_, group) in remainders {
      let touches = groups[group].touches.suffix(Int(left))
      sums.add(1, to: touches)
      left -= Int128(touches.count)
      if left == 0 { return }
    }
  }
}

/// Divides by a positive number; the remainder is not negative.
func flooredQuotient(_ dividend: Int128, _ divisor: Int128) -> (quotient: Int128, remainder: Int128) {
  let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// Maps numbers to positions on an axis that begins and ends at round numbers.
struct LinearScale {
  /// The numbers at the ends of the axis.
  let domain: ClosedRange<Double>
  /// The positions of these ends; the first may be larger than the second.
  let positions: (first: Double, last: Double)
  /// The round numbers that are marked, ascending.
  let ticks: [Double]

  /// A scale that has zero and all of `values`, from one round number to another.
  ///
  /// - Parameters:
  ///   - isWhole: Whether values are counts, between which there is nothing to mark.
  ///   - tickCount: The number of marks that is aimed at.
  init(
    of values: [Double], isWhole: Bool, to positions: (first: Double, last: Double), tickCount: Int = 5
  ) {
    var (lowest, highest) = (0.0, 0.0)
    // Beyond that, the length of the axis would overflow.
    for value in values where abs(value) < 1e300 {
      (lowest, highest) = (min(lowest, value), max(highest, value))
    }
    if lowest == highest { highest = 1 }
    let step = Self.step(for: highest - lowest, tickCount: tickCount, isWhole: isWhole)
    let (first, last) = ((lowest / step).rounded(.down), (highest / step).rounded(.up))
    domain = first * step...last * step
    ticks = (0...Int(last - first)).map { (first + Double($0)) * step }
    self.positions = positions
  }

  /// The distance of marks: 1, 2 or 5 times a power of ten.
  private static func step(for length: Double, tickCount: Int, isWhole: Bool) -> Double {
    let rough = length / Double(max(tickCount, 1))
    var power = 1.0
    while power * 10 <= rough { power *= 10 }
    while power > rough, power > .leastNormalMagnitude * 10 { power /= 10 }
    let step = [1, 2, 5].map { $0 * power }.first { $0 >= rough } ?? 10 * power
    return isWhole ? max(step, 1) : step
  }

  func position(_ value: Double) -> Double {
    let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return positions.first + share * (positions.last - positions.first)
  }

  var zero: Double { position(0) }
}

extension Range<Int> {
  /// The first of these places for which a condition holds, by binary search; their end where it holds for none.
  ///
  /// It must hold for all places behind one for which it holds.
  public func partitionPoint(_ holds: (Int) -> Bool) -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Those of `count` places at which the values are in this range, of values that ascend.
  func places(of count: Int, _ value: (Int) -> Int) -> Range<Int> {
    let places = 0..<count
    return places.partitionPoint {
      value($0) >= lowerBound
    }..<places.partitionPoint { value($0) >= upperBound }
  }
}

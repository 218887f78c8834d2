extension Range<Int> {
  /// Returns the first index for which a condition holds, by binary search; the upper bound if it holds for
  /// none.
  ///
  /// If the condition holds for an index, it must hold for all later ones.
  @inlinable
  public func partitionPoint(_ holds: (Int) -> Bool) -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Returns the indices of those of `count` ascending values that are in this range.
  @inlinable
  public func indexRange(of count: Int, _ value: (Int) -> Int) -> Range<Int> {
    let indices = 0..<count
    return indices.partitionPoint {
      value($0) >= lowerBound
    }..<indices.partitionPoint { value($0) >= upperBound }
  }
}

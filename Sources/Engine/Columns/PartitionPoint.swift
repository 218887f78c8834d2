extension Range<Int> {
  /// The first of these places for which a condition holds, by binary search; their end where it holds for none.
  ///
  /// It must hold for all places behind one for which it holds.
  func partitionPoint(_ holds: (Int) -> Bool) -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

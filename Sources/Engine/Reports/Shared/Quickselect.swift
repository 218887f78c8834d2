extension [Int64] {
  /// Returns the value that would be at `index` if the values were sorted; values before it become at most as large, those
  /// behind it at least as large. Takes time in proportion to the number of values, whatever they are: pivots are random.
  mutating func nthSmallest(_ index: Int) -> Int64 { nthSmallest(index, in: 0..<count) }

  /// Does the same for the values of a range, which contains the index.
  mutating func nthSmallest(_ index: Int, in range: Range<Int>) -> Int64 {
    precondition(range.contains(index) && range.upperBound <= count)
    var generator = SystemRandomNumberGenerator()
    var values = mutableSpan
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > 1 {
      let pivot = values[Int.random(in: low..<high, using: &generator)]
      // Smaller values go before `equal`, larger ones behind `larger`.
      var (equal, next, larger) = (low, low, high)
      while next < larger {
        let value = values[next]
        if value < pivot {
          values.swapAt(next, equal)
          equal += 1
          next += 1
        } else if value > pivot {
          larger -= 1
          values.swapAt(next, larger)
        } else {
          next += 1
        }
      }
      if index < equal { high = equal } else if index >= larger { low = larger } else { return pivot }
    }
    return values[index]
  }
}

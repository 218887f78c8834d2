extension FixedWidthInteger {
  /// Calls `body` with the index of each bit that is 1, from the lowest.
  @inline(__always)
  func forEachSetBit(_ body: (Int) -> Void) {
    var bits = self
    while bits != 0 {
      body(bits.trailingZeroBitCount)
      bits &= bits &- 1
    }
  }
}

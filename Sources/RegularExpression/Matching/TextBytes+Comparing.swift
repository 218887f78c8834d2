extension TextBytes {
  /// Returns the end of the scalar at `position`, if there is one and the set contains it.
  @inline(__always)
  func end(of set: Int32, _ program: Program, at position: Int) -> Int? {
    guard position < count else { return nil }
    let byte = self[position]
    if byte < 0x80 {
      let word = program.asciiSets[2 * Int(set) + Int(byte >> 6)]
      return word >> UInt64(byte & 63) & 1 != 0 ? position + 1 : nil
    }
    let (scalar, next) = scalar(at: position)
    return program.sets[Int(set)].contains(scalar) ? next : nil
  }

  /// Returns whether the text at `position` equals `count` bytes of `literals`.
  @inline(__always)
  func has(_ literals: Span<UInt8>, _ start: Int, _ count: Int, at position: Int) -> Bool {
    guard position + count <= self.count else { return false }
    for index in 0..<count where literals[start + index] != self[position + index] { return false }
    return true
  }

  /// Returns whether the text at `position` equals the text in `range`.
  func has(_ range: Range<Int>, at position: Int) -> Bool {
    position + range.count <= count
      && self[range].elementsEqual(self[position..<(position + range.count)])
  }

  /// Returns the other end of a text that begins, or ends, at `position` and equals the text in `range`
  /// except for case.
  func otherEnd(of range: Range<Int>, at position: Int, isBehind: Bool) -> Int? {
    isBehind ? start(of: range, endingAt: position) : end(of: range, startingAt: position)
  }

  private func end(of range: Range<Int>, startingAt position: Int) -> Int? {
    var (cursor, position) = (range.lowerBound, position)
    while cursor < range.upperBound {
      guard position < count else { return nil }
      let (a, b) = (scalar(at: cursor), scalar(at: position))
      guard a.scalar.folded == b.scalar.folded else { return nil }
      (cursor, position) = (a.next, b.next)
    }
    return position
  }

  private func start(of range: Range<Int>, endingAt position: Int) -> Int? {
    var (cursor, position) = (range.upperBound, position)
    while cursor > range.lowerBound {
      guard position > 0 else { return nil }
      (cursor, position) = (start(before: cursor), start(before: position))
      guard scalar(at: cursor).scalar.folded == scalar(at: position).scalar.folded else { return nil }
    }
    return position
  }
}

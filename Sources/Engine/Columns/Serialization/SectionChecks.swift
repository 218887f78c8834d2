// What is made sure of a section of a file before it is used for the first time: that its bytes are as they were
// written, and that whatever is in them is within the bounds that reports rely on. Both in one walk, so that memory
// is read once.
//
// The loops have no branches and count rows up with `while`: in that form the compiler takes many rows at once.

extension StoredSection {
  /// Whether the bytes are as they were written, and `isSound` holds once `look` has seen all elements. Certain where
  /// this process has made the section.
  func check<Element: BitwiseCopyable>(
    _: Element.Type, _ look: (Span<Element>) -> Void, isSound: () -> Bool
  ) -> Bool {
    guard let verification else { return true }
    let isAsWritten = verification.read { piece in
      // Sound: pieces are as aligned as their section, which has elements of this width, and hold any bits.
      look(Span(_unsafeElements: piece.assumingMemoryBound(to: Element.self)))
    }
    guard isAsWritten else { return false }
    if isSound() { return true }
    verification.refuse()
    return false
  }

  /// Whether the bytes are as they were written, whatever they are.
  func isAsWritten() -> Bool {
    check(UInt8.self) { _ in
    } isSound: {
      true
    }
  }

  /// Whether all elements are below `limit`.
  func hasCodes(below limit: Int) -> Bool {
    switch width {
    case 1: hasCodes(UInt8.self, below: limit)
    case 2: hasCodes(UInt16.self, below: limit)
    default: hasCodes(UInt32.self, below: limit)
    }
  }

  private func hasCodes<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _: Code.Type, below limit: Int
  ) -> Bool {
    // Then every number of this width is one.
    if limit > Int(Code.max) { return isAsWritten() }
    var most: Code = 0
    return check(Code.self) {
      most = max(most, largest($0))
    } isSound: {
      count == 0 || Int(most) < limit
    }
  }

  /// Whether no element is below the one before it, and `isSound` holds of the first and the last; nil where there is
  /// none.
  func ascends<Element: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _: Element.Type, isSound: (_ first: Element?, _ last: Element?) -> Bool
  ) -> Bool {
    var (first, last): (Element?, Element?)
    var descents = 0
    return check(Element.self) { elements in
      guard elements.count > 0 else { return }
      descents += countDescents(elements, after: last ?? elements[0])
      first = first ?? elements[0]
      last = elements[elements.count - 1]
    } isSound: {
      descents == 0 && isSound(first, last)
    }
  }
}

private func largest<Code: FixedWidthInteger & UnsignedInteger>(_ codes: Span<Code>) -> Code {
  var largest: Code = 0
  var row = 0
  while row < codes.count {
    largest = max(largest, codes[unchecked: row])
    row &+= 1
  }
  return largest
}

/// How many elements are below the one before them.
///
/// - Parameter previous: what comes before the first.
func countDescents<Element: FixedWidthInteger>(_ elements: Span<Element>, after previous: Element) -> Int {
  guard elements.count > 0 else { return 0 }
  // As wide as the elements, so that as many are added at once as are compared; a piece has too few to overflow.
  precondition(Element.bitWidth >= 32 && elements.count <= Int32.max)
  var descents: Element = elements[0] < previous ? 1 : 0
  var row = 1
  while row < elements.count {
    descents &+= elements[unchecked: row] < elements[unchecked: row &- 1] ? 1 : 0
    row &+= 1
  }
  return Int(truncatingIfNeeded: descents)
}

extension StoredSections {
  /// `value`, which is made of the sections `names`, to be looked at when it is first asked for: `isSound` makes sure
  /// of all of them.
  func checked<Value>(
    _ names: [String], _ value: Value, isSound: @escaping @Sendable (StoredSections) -> Bool,
    _ substitute: @escaping @Sendable () -> Value
  ) -> LazilyVerified<Value> {
    guard names.contains(where: { self[$0]?.verification != nil }) else { return LazilyVerified(value) }
    return LazilyVerified(value, isIntact: { [self] in isSound(self) }, substitute: substitute)
  }

  /// Whether the section is there and passes `test`.
  func check(_ name: String, _ test: (StoredSection) -> Bool) -> Bool { self[name].map(test) ?? false }
}

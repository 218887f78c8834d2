// The checks of a section of a file before its first use: its bytes are intact, and its elements are within
// the bounds on which reports rely. One pass checks both, so that memory is read once.
//
// The loops are branchless and increment the row in a `while` loop, because the compiler vectorises that
// form.

extension StoredSection {
  /// Returns whether the bytes are intact, and `isSound` returns true after `body` has seen all elements.
  /// Always true for sections that this process has made.
  func check<Element: BitwiseCopyable>(
    _: Element.Type, _ body: (Span<Element>) -> Void, isSound: () -> Bool
  ) -> Bool {
    guard let verification else { return true }
    let isAsWritten = verification.read { chunk in
      // Sound: chunks are as aligned as their section, whose elements have this width, and any bits are valid
      // elements.
      body(Span(_unsafeElements: chunk.assumingMemoryBound(to: Element.self)))
    }
    guard isAsWritten else { return false }
    if isSound() { return true }
    verification.refuse()
    return false
  }

  /// Returns whether the bytes are intact; any bytes are valid.
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
    // Then every number of this width is below it.
    if limit > Int(Code.max) { return isAsWritten() }
    var greatest: Code = 0
    return check(Code.self) {
      greatest = max(greatest, largest($0))
    } isSound: {
      count == 0 || Int(greatest) < limit
    }
  }

  /// Returns whether no element is below the previous one, and `isSound` returns true for the first and the
  /// last; both are nil if there are no elements.
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

/// Returns the number of elements that are below the previous one.
///
/// - Parameter previous: The element before the first.
func countDescents<Element: FixedWidthInteger>(_ elements: Span<Element>, after previous: Element) -> Int {
  guard elements.count > 0 else { return 0 }
  // The count is as wide as the elements, so that as many are added as are compared at once; a chunk is too
  // short to overflow it.
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
  /// Wraps `value`, which is built from the sections `names`, to be verified on first use: `isSound` verifies
  /// all of them.
  func checked<Value>(
    _ names: [String], _ value: Value, isSound: @escaping @Sendable (StoredSections) -> Bool,
    _ substitute: @escaping @Sendable () -> Value
  ) -> LazilyVerified<Value> {
    guard names.contains(where: { self[$0]?.verification != nil }) else { return LazilyVerified(value) }
    return LazilyVerified(value, isIntact: { [self] in isSound(self) }, substitute: substitute)
  }

  /// Returns whether the section exists and passes `test`.
  func check(_ name: String, _ test: (StoredSection) -> Bool) -> Bool { self[name].map(test) ?? false }
}

/// How many elements are looked at between two questions whether the work was cancelled.
private let elementsPerQuestion = 4096

/// Ends a sort that was cancelled.
private struct Cancelled: Error {}

extension Scanner {
  /// Sorts `elements`. Once the scanner is cancelled, they are left in any order.
  func sort<Element>(_ elements: inout [Element], by precedes: (Element, Element) -> Bool) {
    var comparisons = 0
    try? elements.sort { a, b throws in
      comparisons &+= 1
      if comparisons.isMultiple(of: elementsPerQuestion), isCancelled { throw Cancelled() }
      return precedes(a, b)
    }
  }

  /// The first `most` of `elements` in the order that `precedes` gives them, without sorting the others. Means nothing
  /// once the scanner is cancelled.
  func first<Elements: Sequence>(
    _ most: Int, of elements: Elements, by precedes: (Elements.Element, Elements.Element) -> Bool
  ) -> [Elements.Element] {
    var kept: [Elements.Element] = []
    /// The last of the first ones so far: what does not stand before it is none of them.
    var last: Elements.Element?
    func cut() {
      sort(&kept, by: precedes)
      if kept.count < most { return }
      kept.removeLast(kept.count - most)
      last = kept.last
    }
    if most == 0 { return [] }
    var seen = 0
    for element in elements {
      seen &+= 1
      if seen.isMultiple(of: elementsPerQuestion), isCancelled { return [] }
      if let last, !precedes(element, last) { continue }
      kept.append(element)
      if kept.count == 2 * most { cut() }
    }
    cut()
    return kept
  }

  /// Calls `body` with each of `elements`, until the scanner is cancelled.
  func forEach<Element>(_ elements: Set<Element>, _ body: (Element) -> Void) {
    var seen = 0
    for element in elements {
      seen &+= 1
      if seen.isMultiple(of: elementsPerQuestion), isCancelled { return }
      body(element)
    }
  }

  /// Calls `body` with each of `range` in order, until the scanner is cancelled.
  func forEach(_ range: Range<Int>, _ body: (Int) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound, !isCancelled {
      let end = min(start + elementsPerQuestion, range.upperBound)
      for index in start..<end { body(index) }
      start = end
    }
  }
}

import Synchronization
import Threads

/// Runs work over many pieces on several threads.
public struct Scanner: Sendable {
  /// How many threads work at once, the calling one among them.
  public let threads: Int
  private let askIsCancelled: (@Sendable () -> Bool)?

  /// Pieces that one thread should have before another one is worth waking.
  private static let piecesPerThread = 4

  /// - Parameter isCancelled: is asked before every piece, by all threads; once it has said yes, it says so
  ///   for good.
  public init(threads: Int = 1, isCancelled: (@Sendable () -> Bool)? = nil) {
    self.threads = max(threads, 1)
    askIsCancelled = isCancelled
  }

  /// Whether work was cancelled. The result of a report that was running is then incomplete and must be discarded.
  public var isCancelled: Bool { askIsCancelled?() ?? false }

  /// Calls `body` with each of `0..<count`, in any order, on as many threads as are worth it, until the
  /// scanner is cancelled. Neighbours go to one thread, as far as threads are equally quick. Each thread has a state of its own, which `start` makes; the states are returned,
  /// in no order.
  func map<State: Sendable>(
    _ count: Int, start: @Sendable () -> State, _ body: @Sendable (Int, inout State) -> Void
  ) -> [State] {
    let threads = max(1, min(threads, count / Self.piecesPerThread))
    let rest = Mutex(RemainingPieces(count, threads: threads))
    return concurrentMap(threads, threads: threads) { thread in
      var state = start()
      while !isCancelled, let piece = rest.withLock({ $0.next(for: thread) }) { body(piece, &state) }
      return state
    }
  }
}

/// The pieces that no thread has begun. Each thread has a run of its own, since threads that work on neighbours
/// would wait for each other wherever something is derived once for many pieces; a thread without any left
/// takes from the far end of the longest.
private struct RemainingPieces {
  private var runs: [Range<Int>]

  init(_ count: Int, threads: Int) {
    runs = (0..<threads).map { $0 * count / threads..<($0 + 1) * count / threads }
  }

  mutating func next(for thread: Int) -> Int? {
    if let piece = runs[thread].popFirst() { return piece }
    let longest = runs.indices.max { runs[$0].count < runs[$1].count } ?? thread
    return runs[longest].popLast()
  }
}

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

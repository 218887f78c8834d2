import Synchronization
import Threads

/// Runs tasks on several threads.
public struct ParallelExecutor: Sendable {
  /// The number of threads that work at once, including the caller's.
  public let threads: Int
  private let cancellationCheck: (@Sendable () -> Bool)?

  /// - Parameter isCancelled: All threads call it before every task. Once it has returned true, it must
  ///   always return true.
  public init(threads: Int = 1, isCancelled: (@Sendable () -> Bool)? = nil) {
    self.threads = max(threads, 1)
    cancellationCheck = isCancelled
  }

  /// Whether work was cancelled. The result of a report that was running is then incomplete and must be
  /// discarded.
  public var isCancelled: Bool { cancellationCheck?() ?? false }

  /// Calls `body` with each of `0..<count`, in any order, on as many threads as are worthwhile, until the
  /// executor is cancelled. Adjacent indices go to one thread if the threads are equally fast. `start` makes a
  /// state for each thread; the states are returned in no particular order.
  ///
  /// - Parameter tasksPerThread: The number of tasks for each thread that makes waking another thread worthwhile.
  func map<State: Sendable>(
    _ count: Int, tasksPerThread: Int = 4, start: @Sendable () -> State,
    _ body: @Sendable (Int, inout State) -> Void
  ) -> [State] {
    let threads = max(1, min(threads, count / tasksPerThread))
    let rest = Mutex(RemainingTasks(count, threads: threads))
    return concurrentMap(threads, threads: threads) { thread in
      var state = start()
      while !isCancelled, let task = rest.withLock({ $0.next(for: thread) }) { body(task, &state) }
      return state
    }
  }
}

/// The tasks that no thread has begun. Each thread has a range of its own, because threads that work on
/// adjacent blocks would wait for each other whenever a column is derived once for many blocks. A thread
/// whose range is empty takes from the far end of the longest range.
private struct RemainingTasks {
  private var runs: [Range<Int>]

  init(_ count: Int, threads: Int) {
    runs = (0..<threads).map { $0 * count / threads..<($0 + 1) * count / threads }
  }

  mutating func next(for thread: Int) -> Int? {
    if let task = runs[thread].popFirst() { return task }
    let longest = runs.indices.max { runs[$0].count < runs[$1].count } ?? thread
    return runs[longest].popLast()
  }
}

/// The number of elements between two checks for cancellation.
private let elementsPerCancellationCheck = 4096

/// Ends a cancelled sort.
private struct Cancelled: Error {}

extension ParallelExecutor {
  /// Sorts `elements`. If the executor is cancelled, their order is arbitrary.
  func sort<Element>(_ elements: inout [Element], by precedes: (Element, Element) -> Bool) {
    var comparisons = 0
    try? elements.sort { a, b throws in
      comparisons &+= 1
      if comparisons.isMultiple(of: elementsPerCancellationCheck), isCancelled { throw Cancelled() }
      return precedes(a, b)
    }
  }

  /// Returns the first `limit` of `elements` in the order of `precedes`, without sorting the others. The
  /// result is meaningless once the executor is cancelled.
  func first<Elements: Sequence>(
    _ limit: Int, of elements: Elements, by precedes: (Elements.Element, Elements.Element) -> Bool
  ) -> [Elements.Element] {
    var kept: [Elements.Element] = []
    /// The last of the `limit` elements kept so far: an element that does not precede it is not among the
    /// first.
    var last: Elements.Element?
    func cut() {
      sort(&kept, by: precedes)
      if kept.count < limit { return }
      kept.removeLast(kept.count - limit)
      last = kept.last
    }
    if limit == 0 { return [] }
    let maximumKept = limit > .max / 2 ? .max : 2 * limit
    var seen = 0
    for element in elements {
      seen &+= 1
      if seen.isMultiple(of: elementsPerCancellationCheck), isCancelled { return [] }
      if let last, !precedes(element, last) { continue }
      kept.append(element)
      if kept.count == maximumKept { cut() }
    }
    cut()
    return kept
  }

  /// Calls `body` with each of `elements`, until the executor is cancelled.
  func forEach<Element>(_ elements: Set<Element>, _ body: (Element) -> Void) {
    var seen = 0
    for element in elements {
      seen &+= 1
      if seen.isMultiple(of: elementsPerCancellationCheck), isCancelled { return }
      body(element)
    }
  }

  /// Calls `body` with each of `range` in order, until the executor is cancelled.
  func forEach(_ range: Range<Int>, _ body: (Int) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound, !isCancelled {
      let end = min(start + elementsPerCancellationCheck, range.upperBound)
      for index in start..<end { body(index) }
      start = end
    }
  }
}

import Synchronization

/// Calls `body` for every number below `count`, on up to `threads` threads, the calling one among them, and returns
/// when all is done. The numbers are begun in order. Where the system gives fewer threads, these do the work.
public func concurrently(_ count: Int, threads: Int, _ body: (Int) -> Void) {
  guard threads > 1, count > 1 else {
    for index in 0..<count { body(index) }
    return
  }
  withoutActuallyEscaping(body) { body in
    // Sound: callers see to it that calls with different numbers share nothing that is written.
    nonisolated(unsafe) let body = body
    let next = NextNumber()
    work(helpers: min(threads, count) - 1) {
      while case let number = next.take(), number < count { body(number) }
    }
  }
}

/// Calls `body` on so many other threads, as far as they can be had, and on this one.
private func work(helpers: Int, _ body: @escaping @Sendable () -> Void) {
  guard helpers > 0, let helper = try? JoinableThread(body) else { return body() }
  work(helpers: helpers - 1, body)
  helper.join()
}

/// Gives out 0, 1 and so on, each once.
private final class NextNumber: Sendable {
  private let next = Atomic(0)

  func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// What `body` makes of every number below `count`, on up to `threads` threads.
public func concurrentMap<Result>(_ count: Int, threads: Int, _ body: (Int) -> Result) -> [Result] {
  Array(unsafeUninitializedCapacity: count) { results, initialized in
    // Sound: every number is called once and initializes the place of its own.
    let places = results
    concurrently(count, threads: threads) { index in
      (places.baseAddress.unsafelyUnwrapped + index).initialize(to: body(index))
    }
    initialized = count
  }
}

/// What `first`, `second` and `third` make, on up to `threads` threads.
public func concurrentParts<First, Second, Third>(
  threads: Int, _ first: () -> First, _ second: () -> Second, _ third: () -> Third
) -> (First, Second, Third) {
  var results: (first: First?, second: Second?, third: Third?) = (nil, nil, nil)
  withUnsafeMutablePointer(to: &results) { results in
    // Sound: every number writes a place of its own.
    concurrently(3, threads: threads) { number in
      switch number {
      case 0: results.pointee.first = first()
      case 1: results.pointee.second = second()
      default: results.pointee.third = third()
      }
    }
  }
  guard let first = results.first, let second = results.second, let third = results.third else {
    preconditionFailure("a part was not made")
  }
  return (first, second, third)
}

/// What `first` and `second` make, and `rest` of every number below `count`, on up to `threads` threads. All are
/// begun in this order.
public func concurrentParts<First, Second, Rest>(
  threads: Int, _ first: () -> First, _ second: () -> Second, _ count: Int, _ rest: (Int) -> Rest
) -> (First, Second, [Rest]) {
  var parts: (first: First?, second: Second?) = (nil, nil)
  let results = withUnsafeMutablePointer(to: &parts) { parts in
    // Sound: every number writes a place of its own.
    concurrentMap(count + 2, threads: threads) { number -> Rest? in
      switch number {
      case 0: parts.pointee.first = first()
      case 1: parts.pointee.second = second()
      default: return rest(number - 2)
      }
      return nil
    }
  }
  guard let first = parts.first, let second = parts.second else { preconditionFailure("a part was not made") }
  return (first, second, results.compactMap(\.self))
}

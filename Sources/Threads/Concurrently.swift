import Synchronization

/// Calls `body` for every number below `count`, on up to `threads` threads including the caller's, and
/// returns when all calls are done. Calls begin in ascending order. If the system provides fewer threads,
/// these do all of the work.
public func concurrently(_ count: Int, threads: Int, _ body: (Int) -> Void) {
  guard threads > 1, count > 1 else {
    for index in 0..<count { body(index) }
    return
  }
  withoutActuallyEscaping(body) { body in
    // Sound: callers ensure that calls with different numbers share no mutable state.
    nonisolated(unsafe) let body = body
    let next = NextNumber()
    work(helpers: min(threads, count) - 1) {
      while case let number = next.take(), number < count { body(number) }
    }
  }
}

/// Calls `body` on up to `helpers` other threads, as far as the system provides them, and on this one.
private func work(helpers: Int, _ body: @escaping @Sendable () -> Void) {
  guard helpers > 0, let helper = try? JoinableThread(body) else { return body() }
  work(helpers: helpers - 1, body)
  helper.join()
}

/// Returns 0, 1 and so on, each once.
private final class NextNumber: Sendable {
  private let next = Atomic(0)

  func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// Returns the results of `body` for every number below `count`, on up to `threads` threads.
public func concurrentMap<Result>(_ count: Int, threads: Int, _ body: (Int) -> Result) -> [Result] {
  Array(unsafeUninitializedCapacity: count) { results, initialized in
    // Sound: each number is used once and initializes its own element.
    let target = results
    concurrently(count, threads: threads) { index in
      (target.baseAddress.unsafelyUnwrapped + index).initialize(to: body(index))
    }
    initialized = count
  }
}

/// Returns the results of `first`, `second` and `third`, on up to `threads` threads.
public func concurrentResults<First, Second, Third>(
  threads: Int, _ first: () -> First, _ second: () -> Second, _ third: () -> Third
) -> (First, Second, Third) {
  var results: (first: First?, second: Second?, third: Third?) = (nil, nil, nil)
  withUnsafeMutablePointer(to: &results) { results in
    // Sound: each number writes its own element.
    concurrently(3, threads: threads) { number in
      switch number {
      case 0: results.pointee.first = first()
      case 1: results.pointee.second = second()
      default: results.pointee.third = third()
      }
    }
  }
  guard let first = results.first, let second = results.second, let third = results.third else {
    preconditionFailure("a closure was not called")
  }
  return (first, second, third)
}

/// Returns the results of `first` and `second`, and of `rest` for every number below `count`, on up to
/// `threads` threads. Calls begin in this order.
public func concurrentResults<First, Second, Rest>(
  threads: Int, _ first: () -> First, _ second: () -> Second, _ count: Int, _ rest: (Int) -> Rest
) -> (First, Second, [Rest]) {
  var firstTwo: (first: First?, second: Second?) = (nil, nil)
  let results = withUnsafeMutablePointer(to: &firstTwo) { firstTwo in
    // Sound: each number writes its own element.
    concurrentMap(count + 2, threads: threads) { number -> Rest? in
      switch number {
      case 0: firstTwo.pointee.first = first()
      case 1: firstTwo.pointee.second = second()
      default: return rest(number - 2)
      }
      return nil
    }
  }
  guard let first = firstTwo.first, let second = firstTwo.second else {
    preconditionFailure("a closure was not called")
  }
  return (first, second, results.compactMap(\.self))
}

import Dispatch
import Foundation
import Synchronization

/// A thread beside the test, whose result can be waited for.
final class TestThread<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Value) {
    Thread.detachNewThread { [self] in
      let result = body()
      value.withLock { $0 = result }
      isDone.signal()
    }
  }

  /// What the thread gave; waits until it is done.
  func result() -> Value? {
    isDone.wait()
    isDone.signal()
    return value.withLock(\.self)
  }
}

import Dispatch
import Foundation
import Synchronization

/// A thread with a result that the test can wait for.
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

  /// Waits until the thread ends; returns its result.
  func result() -> Value? {
    isDone.wait()
    isDone.signal()
    return value.withLock(\.self)
  }
}

import Synchronization

/// A value that is made when it is first asked for, and kept: what can be derived from columns, which never
/// change, need not be derived for every request.
final class Lazy<Value: Sendable>: Sendable {
  fileprivate let value = Mutex<Value?>(nil)

  /// The value, which `make` makes for the first that asks; others wait.
  func value(_ make: () -> Value) -> Value {
    value.withLock { value in
      if let value { return value }
      let made = make()
      value = made
      return made
    }
  }
}

extension Lazy {
  /// The same where `make` may be cancelled: what it gives then means nothing, and is not kept.
  func value(unlessCancelled scanner: Scanner, _ make: () -> Value) -> Value {
    value.withLock { value in
      if let value { return value }
      let made = make()
      if !scanner.isCancelled { value = made }
      return made
    }
  }
}

/// The same for values that are told apart by a key.
final class LazyTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let values = Mutex<[Key: Value]>([:])

  /// The value for `key`, which `make` makes for the first that asks; others wait.
  func value(_ key: Key, _ make: () -> Value) -> Value {
    values.withLock { values in
      if let value = values[key] { return value }
      let made = make()
      values[key] = made
      return made
    }
  }
}

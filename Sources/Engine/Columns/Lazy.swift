import Synchronization

/// A value that is made when it is first asked for, and kept: what can be derived from columns, which never
/// change, need not be derived for every request.
final class Lazy<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

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

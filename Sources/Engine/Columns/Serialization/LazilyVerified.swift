import Synchronization

/// A value over memory that must be verified before it is used: part of a mapped file whose pages have not
/// been read yet. It is verified once, on first use.
///
/// If the memory is corrupt, `substitute` replaces the value by one that is consistent with the other
/// columns, so that no kernel meets an impossible number. The verification has then recorded that the result
/// being computed is invalid.
final class LazilyVerified<Value: Sendable>: Sendable {
  private let value: Value
  private let isIntact: (@Sendable () -> Bool)?
  private let substitute: @Sendable () -> Value
  private let isTrusted: Atomic<Bool>
  private let substituted = Mutex<Value?>(nil)

  /// A value over memory that this process has filled, which needs no verification.
  init(_ value: Value) {
    self.value = value
    isIntact = nil
    substitute = { value }
    isTrusted = Atomic(true)
  }

  init(_ value: Value, isIntact: (@Sendable () -> Bool)?, substitute: @escaping @Sendable () -> Value) {
    self.value = value
    self.isIntact = isIntact
    self.substitute = substitute
    isTrusted = Atomic(isIntact == nil)
  }

  @inline(__always)
  var current: Value { isTrusted.load(ordering: .acquiring) ? value : check() }

  @inline(never)
  private func check() -> Value {
    substituted.withLock { substituted in
      if isTrusted.load(ordering: .relaxed) { return value }
      if let substituted { return substituted }
      guard let isIntact, !isIntact() else {
        isTrusted.store(true, ordering: .releasing)
        return value
      }
      let other = substitute()
      substituted = other
      return other
    }
  }
}

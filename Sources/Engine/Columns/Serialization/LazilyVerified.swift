import Synchronization

/// A value over memory that has to be looked at before it is trusted: a part of a mapped file, whose pages
/// nobody has read yet. The look is taken once, when the value is first asked for.
///
/// Where the memory is not as it was written, `substitute` takes the value's place: one that fits what
/// stands around it, so that no kernel meets an impossible number. Whoever took the look knows then that
/// whatever is being computed does not count.
final class LazilyVerified<Value: Sendable>: Sendable {
  private let value: Value
  private let isIntact: (@Sendable () -> Bool)?
  private let substitute: @Sendable () -> Value
  private let isTrusted: Atomic<Bool>
  private let substituted = Mutex<Value?>(nil)

  /// A value over memory that was filled by this process.
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

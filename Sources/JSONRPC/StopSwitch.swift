import Synchronization

/// Asks a server to stop, from any thread: it answers the message that it has in hand, and begins no other.
public final class StopSwitch: Sendable {
  private let isTurnedOn = Atomic(false)
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  public init() {}

  public var isOn: Bool { isTurnedOn.load(ordering: .acquiring) }

  public func turnOn() {
    action.withLock { action in
      isTurnedOn.store(true, ordering: .releasing)
      action?()
    }
  }

  /// Calls `action` when it is turned on, and now where it is on already; only the last one given counts.
  func whenOn(_ action: @escaping @Sendable () -> Void) {
    self.action.withLock { kept in
      kept = action
      if isOn { action() }
    }
  }
}

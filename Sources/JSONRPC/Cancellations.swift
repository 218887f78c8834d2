import JSON
import Synchronization

/// The pending cancellations of a stream.
///
/// A cancellation is recorded when its notification is **read**, and removed when the notification's **turn** comes. All
/// requests that start in between precede it in the stream, so a later request with the same id is not affected, and
/// there are never more pending cancellations than queued messages.
final class Cancellations: Sendable {
  /// The number of pending cancellations of each id; never 0.
  private let pending = Mutex<[RequestID: Int]>([:])
  /// The number of pending cancellations, plus one if all requests are cancelled.
  private let count = Atomic(0)
  private let areAllCancelled = Atomic(false)

  /// Whether the request is cancelled.
  func contains(_ id: RequestID?) -> Bool {
    // The common case, which must be cheap: report kernels ask once per block.
    if count.load(ordering: .acquiring) == 0 { return false }
    if areAllCancelled.load(ordering: .relaxed) { return true }
    guard let id else { return false }
    return pending.withLock { $0[id] != nil }
  }

  /// Cancels all requests from now on, including those without an id.
  func cancelAll() {
    areAllCancelled.store(true, ordering: .relaxed)
    count.add(1, ordering: .releasing)
  }

  /// Records the cancellations in a message. Call it when the message has been read.
  func record(_ frame: Frame, limits: MessageLimits) {
    for id in cancelledIDs(frame, limits) {
      pending.withLock { $0[id, default: 0] += 1 }
      count.add(1, ordering: .releasing)
    }
  }

  /// Removes a cancellation. Call it when the turn of its notification comes.
  func remove(_ id: RequestID) {
    let wasPending = pending.withLock { pending in
      guard let times = pending[id] else { return false }
      pending[id] = times > 1 ? times - 1 : nil
      return true
    }
    if wasPending { count.subtract(1, ordering: .releasing) }
  }

  private func cancelledIDs(_ frame: Frame, _ limits: MessageLimits) -> [RequestID] {
    guard case .complete(let bytes) = frame, mayCancel(bytes),
      let message = try? Message(parsing: bytes, limits: limits)
    else { return [] }
    return message.elements.compactMap { try? $0.get().cancelledID }
  }
}

extension Request {
  /// The id of the request that this notification cancels; nil if it is not a cancellation. Cancellations are
  /// `$/cancelRequest` (Language Server Protocol 3.17, "Cancellation Support") and `notifications/cancelled` (Model
  /// Context Protocol).
  var cancelledID: RequestID? {
    guard id == nil else { return nil }
    let value: JSONValue? =
      switch method {
      case "$/cancelRequest": params?["id"]
      case "notifications/cancelled": params?["requestId"]
      default: nil
      }
    return switch value {
    case .integer(let number)?: .integer(number)
    case .string(let text)?: .string(text)
    default: nil
    }
  }
}

/// Whether a message may be a cancellation: a test without parsing, for `/cancel` anywhere in it.
private func mayCancel(_ bytes: [UInt8]) -> Bool {
  let name = Array("cancel".utf8)
  return bytes.withUnsafeBufferPointer { bytes in
    var rest = bytes[...]
    while let slash = firstIndex(of: UInt8(ascii: "/"), in: rest) {
      rest = rest[(slash + 1)...]
      if rest.starts(with: name) { return true }
    }
    return false
  }
}

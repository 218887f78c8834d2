import JSON
import Synchronization

/// The requests that the client has asked to be given up.
///
/// A cancellation is a notification, which is noted when it is **read**, ahead of its turn, and forgotten when
/// its **turn** comes. All requests that are begun in between stand before it in the stream, so an id that is
/// used again later is not mistaken for the one that was meant, and what is noted here is never more than what
/// waits.
final class Cancellations: Sendable {
  /// How often each was noted and not yet forgotten: never 0.
  private let noted = Mutex<[RequestID: Int]>([:])
  /// How many ids are noted, and one more where all requests are to be given up.
  private let count = Atomic(0)
  private let areAllCancelled = Atomic(false)

  /// Whether the request is to be given up.
  func contains(_ id: RequestID?) -> Bool {
    // Nearly always there is none, and kernels ask for every block.
    if count.load(ordering: .acquiring) == 0 { return false }
    if areAllCancelled.load(ordering: .relaxed) { return true }
    guard let id else { return false }
    return noted.withLock { $0[id] != nil }
  }

  /// Gives up every request, those without an id as well, from now on.
  func cancelAll() {
    areAllCancelled.store(true, ordering: .relaxed)
    count.add(1, ordering: .releasing)
  }

  /// Notes what the message cancels, if anything; to be called when it has been read.
  func note(_ frame: Frame, limits: MessageLimits) {
    for id in cancelledIDs(frame, limits) {
      noted.withLock { $0[id, default: 0] += 1 }
      count.add(1, ordering: .releasing)
    }
  }

  /// Forgets a cancellation whose turn has come.
  func forget(_ id: RequestID) {
    let wasNoted = noted.withLock { noted in
      guard let times = noted[id] else { return false }
      noted[id] = times > 1 ? times - 1 : nil
      return true
    }
    if wasNoted { count.subtract(1, ordering: .releasing) }
  }

  private func cancelledIDs(_ frame: Frame, _ limits: MessageLimits) -> [RequestID] {
    guard case .complete(let bytes) = frame, mayCancel(bytes),
      let message = try? Message(parsing: bytes, limits: limits)
    else { return [] }
    return message.elements.compactMap { try? $0.get().cancelledID }
  }
}

extension Request {
  /// The id of the request that this notification cancels, nil where it is none that does: `$/cancelRequest`
  /// of the Language Server Protocol (3.17, "Cancellation Support"), or `notifications/cancelled` of the Model
  /// Context Protocol.
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

/// Whether a message may be a cancellation, without parsing it: whether `/cancel` is anywhere in it.
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

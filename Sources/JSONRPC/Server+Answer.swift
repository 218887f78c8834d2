import JSON

extension Server {
  /// The reply to one line, both without line ends; nil if there is none, as for notifications and blank lines.
  public func answer(_ line: [UInt8]) -> [UInt8]? {
    var reply = ReplyWriter(maximumBytes: limits.maximumReplyBytes)
    let isTooLong = line.count > limits.maximumMessageBytes
    answer(
      isTooLong ? .tooLong(bytes: line.count) : .complete(line), ConnectionContext(style: .lines),
      into: &reply)
    return reply.bytes.isEmpty ? nil : reply.bytes
  }

  /// Writes the reply to one message; nothing if there is none.
  func answer(_ frame: Frame, _ connection: ConnectionContext, into reply: inout ReplyWriter) {
    do throws(RPCError) {
      switch frame {
      case .complete(let bytes) where connection.style == .lines && isBlank(bytes): break
      case .complete(let bytes):
        try answer(try Message(parsing: bytes, limits: limits), connection, into: &reply)
      case .tooLong(let bytes): throw tooLong(bytes, connection.style)
      case .unreadable(let reason): throw .invalidHeader(reason)
      }
    } catch {
      reply.write(error, id: .null)
    }
  }

  private func tooLong(_ bytes: Int, _ style: FrameStyle) -> RPCError {
    let maximum = limits.maximumMessageBytes
    return .limitExceeded(
      style.limitName, maximum: maximum,
      reason: "expected a \(style.limitName) of at most \(maximum) bytes, found \(bytes)")
  }

  private func answer(
    _ message: Message, _ connection: ConnectionContext, into reply: inout ReplyWriter
  ) throws(RPCError) {
    switch message {
    case .single(let request):
      answer(request, connection, into: &reply)
    case .batch(let requests):
      guard try accepts(requests, connection) else { return }
      // A batch of notifications gets no reply, not an empty array.
      let before = reply.counts
      reply.beginBatch()
      for request in requests { answer(request, connection, into: &reply) }
      reply.endBatch()
      if reply.counts == before { reply.clear() }
    case .reply: break
    }
  }

  /// Whether to handle a batch. Throws the handler's error if it rejects the batch, unless it has only notifications.
  private func accepts(_ batch: [Message.Element], _ connection: ConnectionContext) throws(RPCError) -> Bool {
    let requests = batch.compactMap { try? $0.get() }
    do throws(RPCError) {
      try handler.check(batch: requests)
      return true
    } catch {
      // Recorded when the batch was read; they must not affect later requests.
      for id in requests.compactMap(\.cancelledID) { connection.cancellations.remove(id) }
      if requests.count == batch.count, requests.allSatisfy({ $0.id == nil }) { return false }
      throw error
    }
  }

  private func answer(
    _ request: Message.Element, _ connection: ConnectionContext, into reply: inout ReplyWriter
  ) {
    switch request {
    case .success(let request): answer(request, connection, into: &reply)
    case .failure(let invalid): reply.write(invalid.error, id: invalid.id)
    }
  }

  private func answer(_ request: Request, _ connection: ConnectionContext, into reply: inout ReplyWriter) {
    if let cancelled = request.cancelledID { return connection.cancellations.remove(cancelled) }
    do throws(RPCError) {
      let context = connection.context(of: request)
      let answer = try handler.handle(request, in: context)
      guard let id = request.id, case .result(let result, let isCancellable) = answer else { return }
      if !isCancellable { return reply.write(result, id: id) }
      if reply.write(result, id: id, unless: context) { return }
      if let error = handler.cancellationError(of: request) { reply.write(error, id: id) }
    } catch {
      if let id = request.id { reply.write(error, id: id) }
    }
  }
}

/// What the requests of one stream share.
struct ConnectionContext: Sendable {
  let style: FrameStyle
  var cancellations = Cancellations()
  /// Where notifications are written; nil if they are dropped.
  var output: MessageOutput?

  func context(of request: Request) -> RequestContext {
    guard let id = request.id else {
      return RequestContext(isCancelled: { [cancellations] in cancellations.contains(nil) })
    }
    return RequestContext(isCancelled: { [cancellations] in cancellations.contains(id) }) {
      [output, style] method, params in output?.notify(method, params, style)
    }
  }
}

/// Whether a line consists of JSON white space.
private func isBlank(_ line: [UInt8]) -> Bool {
  line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
}

extension Server {
  /// The reply to one line, both without their ends; nil where none is due, as to notifications and
  /// blank lines.
  public func answer(_ line: [UInt8]) -> [UInt8]? {
    var reply = ReplyWriter(maximumBytes: limits.maximumReplyBytes)
    let isTooLong = line.count > limits.maximumMessageBytes
    answer(
      isTooLong ? .tooLong(bytes: line.count) : .complete(line), Conversation(style: .lines), into: &reply)
    return reply.bytes.isEmpty ? nil : reply.bytes
  }

  /// Writes the reply to one message; nothing where none is due.
  func answer(_ frame: Frame, _ conversation: Conversation, into reply: inout ReplyWriter) {
    do throws(RPCError) {
      switch frame {
      case .complete(let bytes) where conversation.style == .lines && isBlank(bytes): break
      case .complete(let bytes):
        try answer(try Message(parsing: bytes, limits: limits), conversation, into: &reply)
      case .tooLong(let bytes): throw tooLong(bytes, conversation.style)
      case .unreadable(let reason): throw .unreadableHeader(reason)
      }
    } catch {
      reply.write(error, id: .null)
    }
  }

  private func tooLong(_ bytes: Int, _ style: FrameStyle) -> RPCError {
    let maximum = limits.maximumMessageBytes
    return .limitPassed(
      style.limitName, maximum: maximum,
      reason: "expected a \(style.limitName) of at most \(maximum) bytes, found \(bytes)")
  }

  private func answer(
    _ message: Message, _ conversation: Conversation, into reply: inout ReplyWriter
  ) throws(RPCError) {
    switch message {
    case .single(let request):
      answer(request, conversation, into: &reply)
    case .batch(let requests):
      guard try takes(requests, conversation) else { return }
      // The reply to a batch of notifications is none, not an empty array.
      let before = reply.counts
      reply.beginBatch()
      for request in requests { answer(request, conversation, into: &reply) }
      reply.endBatch()
      if reply.counts == before { reply.clear() }
    }
  }

  /// Whether a batch is to be carried out. One that the handler refuses is answered with that, unless it holds
  /// notifications only.
  private func takes(_ batch: [Message.Element], _ conversation: Conversation) throws(RPCError) -> Bool {
    let requests = batch.compactMap { try? $0.get() }
    do throws(RPCError) {
      try handler.check(batch: requests)
      return true
    } catch {
      // They were noted when the batch was read, and must not wait for later requests.
      for id in requests.compactMap(\.cancelledID) { conversation.cancellations.forget(id) }
      if requests.count == batch.count, requests.allSatisfy({ $0.id == nil }) { return false }
      throw error
    }
  }

  private func answer(
    _ request: Message.Element, _ conversation: Conversation, into reply: inout ReplyWriter
  ) {
    switch request {
    case .success(let request): answer(request, conversation, into: &reply)
    case .failure(let invalid): reply.write(invalid.error, id: invalid.id)
    }
  }

  private func answer(_ request: Request, _ conversation: Conversation, into reply: inout ReplyWriter) {
    if let cancelled = request.cancelledID { return conversation.cancellations.forget(cancelled) }
    do throws(RPCError) {
      let context = conversation.context(of: request)
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

/// Whether a line holds nothing but JSON's white space.
private func isBlank(_ line: [UInt8]) -> Bool {
  line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
}

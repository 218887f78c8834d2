extension Server {
  /// The reply to one line, both without their ends; nil where none is due, as to notifications and
  /// blank lines.
  public func answer(_ line: [UInt8]) -> [UInt8]? {
    var reply = ReplyWriter()
    let isTooLong = line.count > limits.maximumMessageBytes
    answer(isTooLong ? .tooLong(bytes: line.count) : .complete(line), .lines, into: &reply)
    return reply.bytes.isEmpty ? nil : reply.bytes
  }

  /// Writes the reply to one message; nothing where none is due.
  func answer(_ frame: Frame, _ style: FrameStyle, into reply: inout ReplyWriter) {
    do throws(RPCError) {
      switch frame {
      case .complete(let bytes) where style == .lines && isBlank(bytes): break
      case .complete(let bytes): answer(try Message(parsing: bytes, limits: limits), into: &reply)
      case .tooLong(let bytes): throw tooLong(bytes, style)
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

  private func answer(_ message: Message, into reply: inout ReplyWriter) {
    switch message {
    case .single(let request):
      answer(request, into: &reply)
    case .batch(let requests):
      // The reply to a batch of notifications is none, not an empty array.
      let isAnswered = requests.contains { $0.isAnswered }
      if isAnswered { reply.beginBatch() }
      for request in requests { answer(request, into: &reply) }
      if isAnswered { reply.endBatch() }
    }
  }

  private func answer(_ request: Message.Element, into reply: inout ReplyWriter) {
    switch request {
    case .success(let request): answer(request, into: &reply)
    case .failure(let invalid): reply.write(invalid.error, id: invalid.id)
    }
  }

  private func answer(_ request: Request, into reply: inout ReplyWriter) {
    do throws(RPCError) {
      let result = try handler.handle(method: request.method, params: request.params)
      if let id = request.id { reply.write(result, id: id) }
    } catch {
      if let id = request.id { reply.write(error, id: id) }
    }
  }
}

extension Message.Element {
  fileprivate var isAnswered: Bool {
    switch self {
    case .success(let request): request.id != nil
    case .failure: true
    }
  }
}

/// Whether a line holds nothing but JSON's white space.
private func isBlank(_ line: [UInt8]) -> Bool {
  line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
}

import JSON

/// A parsed message: one request or a batch (section 6 of the specification). Each request may be invalid.
public enum Message: Sendable {
  /// A request, or why it is none.
  public typealias Element = Result<Request, InvalidRequest>

  case single(Element)
  /// Each invalid element is its own error. Empty if all elements were replies.
  case batch([Element])
  /// A reply: an object with `result` or `error` and without `method`. The server sends no requests, so a reply answers
  /// nothing, and gets no reply.
  case reply

  /// The requests, in order.
  var elements: [Element] {
    switch self {
    case .single(let request): [request]
    case .batch(let requests): requests
    case .reply: []
    }
  }

  /// Parses a message. Throws the error for the whole message, which is answered with the id null, if it is not JSON,
  /// an empty batch, or beyond a limit.
  public init(parsing line: [UInt8], limits: MessageLimits) throws(RPCError) {
    let value = try parse(line, limits)
    var lexemes = NumericIDLexemes(line: line)
    guard case .array(let elements) = value else {
      self = isReply(value) ? .reply : .single(decode(value, element: 0, &lexemes))
      return
    }
    if elements.isEmpty { throw .invalidRequest("expected a batch of at least one request, found none") }
    if elements.count > limits.maximumBatch {
      throw .limitExceeded(
        "batch", maximum: limits.maximumBatch,
        reason: "expected a batch of at most \(limits.maximumBatch) requests, found \(elements.count)")
    }
    self = .batch(
      elements.enumerated().compactMap { isReply($1) ? nil : decode($1, element: $0, &lexemes) })
  }
}

private func isReply(_ value: JSONValue) -> Bool {
  value["method"] == nil && (value["result"] != nil || value["error"] != nil)
}

private func decode(
  _ value: JSONValue, element: Int, _ lexemes: inout NumericIDLexemes
) -> Message.Element {
  do throws(InvalidRequest) {
    return .success(try Request(value) { lexemes.lexeme(ofElement: element) })
  } catch {
    return .failure(error)
  }
}

private func parse(_ line: [UInt8], _ limits: MessageLimits) throws(RPCError) -> JSONValue {
  do {
    return try JSONValue(
      parsing: line, maximumDepth: limits.maximumNesting, maximumValues: limits.maximumValues)
  } catch {
    throw switch error.kind {
    case .nestingTooDeep: .limitExceeded("nesting", maximum: limits.maximumNesting, reason: error.description)
    case .tooManyValues:
      .limitExceeded("values", maximum: limits.maximumValues, reason: error.description)
    default: .parseError(offset: error.offset, reason: error.description)
    }
  }
}

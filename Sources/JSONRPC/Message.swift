import JSON

/// What a message holds: a request, a batch of them (section 6 of the specification), or neither.
public enum Message: Sendable {
  public typealias Element = Result<Request, InvalidRequest>

  case single(Element)
  /// Never empty. Each bad element is an error of its own.
  case batch([Element])

  /// The requests, in their order.
  var elements: [Element] {
    switch self {
    case .single(let request): [request]
    case .batch(let requests): requests
    }
  }

  /// Parses a message. Throws what the whole of it is answered with, under the id null, where it is not
  /// JSON, an empty batch, or beyond a limit.
  public init(parsing line: [UInt8], limits: MessageLimits) throws(RPCError) {
    let value = try parse(line, limits)
    var spellings = NumberSpellings(line: line)
    guard case .array(let elements) = value else {
      self = .single(decode(value, element: 0, &spellings))
      return
    }
    if elements.isEmpty { throw .invalidRequest("expected a batch of at least one request, found none") }
    if elements.count > limits.maximumBatch {
      throw .limitPassed(
        "batch", maximum: limits.maximumBatch,
        reason: "expected a batch of at most \(limits.maximumBatch) requests, found \(elements.count)")
    }
    self = .batch(elements.enumerated().map { decode($1, element: $0, &spellings) })
  }
}

private func decode(
  _ value: JSONValue, element: Int, _ spellings: inout NumberSpellings
) -> Message.Element {
  do throws(InvalidRequest) {
    return .success(try Request(value) { spellings.ofID(inElement: element) })
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
    case .nestingTooDeep: .limitPassed("nesting", maximum: limits.maximumNesting, reason: error.description)
    case .tooManyValues:
      .limitPassed("values", maximum: limits.maximumValues, reason: error.description)
    default: .parseError(offset: error.offset, reason: error.description)
    }
  }
}

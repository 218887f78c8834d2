import JSON
import JSONRPC
import Synchronization
import System

extension FuzzTarget {
  /// All that comes over a stream, in lines or behind headers: cut anywhere it is the same messages, and what
  /// a server writes is the reply to each, framed as the messages are.
  static let stream = FuzzTarget(name: "stream") {
    let (input, output) = (try ScratchFile(), try ScratchFile())
    let server = Server(limits: .small, handler: EchoHandler(), now: { 0 })
    return { bytes throws(Violation) in
      let frames = framed([bytes[...]])
      for size in [1, 3] {
        let chunks = stride(from: 0, to: bytes.count, by: size).map {
          bytes[$0..<min($0 + size, bytes.count)]
        }
        try require(framed(chunks) == frames, "cut into pieces of \(size) bytes it is other messages")
      }
      input.replace(bytes)
      output.replace([])
      do throws(TransportError) {
        _ = try server.run(input: input.descriptor, output: output.descriptor)
      } catch { throw Violation(description: "\(error)") }
      try checkOutput(output.read(), of: frames, server)
    }
  }
}

/// What is framed, and how.
private struct Framed: Equatable {
  var frames: [Frame] = []
  var style = FrameStyle.lines
}

private func framed(_ chunks: [ArraySlice<UInt8>]) -> Framed {
  var framed = Framed()
  var framing = Framing(limits: .small)
  for chunk in chunks {
    chunk.withUnsafeBufferPointer { framing.feed($0, appendingTo: &framed.frames) }
  }
  if let last = framing.finish() { framed.frames.append(last) }
  framed.style = framing.style
  return framed
}

/// Every message that was framed is answered as it is by itself; what has no JSON in it, with a parse error.
private func checkOutput(_ output: [UInt8], of framed: Framed, _ server: Server<EchoHandler>)
  throws(Violation)
{
  var rest = output[...]
  for frame in framed.frames {
    if case .complete(let message) = frame, framed.style == .lines || !isBlank(message) {
      guard let expected = server.answer(message) else { continue }
      let reply = try takeReply(from: &rest, framed.style)
      try require(reply == expected[...], "\(message) is answered with \(reply), by itself with \(expected)")
    } else {
      let reply = try takeReply(from: &rest, framed.style)
      let value = try? JSONValue(parsing: reply)
      try require(value?["id"] == .null && value?["error"] != nil, "\(frame) is answered with \(reply)")
    }
  }
  try require(rest.isEmpty, "\(rest.count) bytes are written behind the last reply")
}

private func takeReply(
  from rest: inout ArraySlice<UInt8>, _ style: FrameStyle
) throws(Violation) -> ArraySlice<UInt8> {
  guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
    throw Violation(description: "a reply is missing, or its end")
  }
  let line = rest[..<end]
  rest = rest[(end + 1)...]
  if style == .lines { return line }
  let header = "Content-Length: "
  let text = String(decoding: line, as: UTF8.self)
  guard text.hasPrefix(header), text.hasSuffix("\r"),
    let count = Int(text.dropFirst(header.count).dropLast()),
    rest.starts(with: Array("\r\n".utf8)), rest.count >= 2 + count
  else { throw Violation(description: "a reply has no header or is cut off: \(text)") }
  let reply = rest.dropFirst(2).prefix(count)
  rest = rest.dropFirst(2 + count)
  return reply
}

extension MessageLimits {
  /// So small that inputs pass them.
  fileprivate static let small = MessageLimits(
    maximumMessageBytes: 300, maximumHeaderBytes: 80, maximumNesting: 8, maximumBatch: 4)
}

/// Answers with the params, or with an error where the method is `fail`.
private struct EchoHandler: RequestHandler {
  func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer {
    if request.method == "fail" { throw RPCError(code: 1, message: "failed") }
    return .result(request.params ?? nil)
  }
}

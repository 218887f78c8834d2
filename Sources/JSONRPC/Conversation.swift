import JSON

/// What the requests of one stream share beside the stream.
struct Conversation: Sendable {
  let style: FrameStyle
  var cancellations = Cancellations()
  /// Where notifications go; nil where there is nobody to hear them.
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

import JSON
import JSONRPC
import Synchronization

/// Tells the client of one request how far it is, once a percent at most, so that no client is flooded and
/// every notification says more than the last.
final class ProgressReporter: Sendable {
  /// Whose notifications they are.
  enum Form: Sendable {
    /// `$/progress` with begin, report and end (LSP 3.17, "Work Done Progress").
    case languageServer
    /// `notifications/progress` (Model Context Protocol, "Progress").
    case toolServer
  }

  private static let title: JSONValue = "Building columns"

  private let token: JSONValue
  private let form: Form
  private let context: RequestContext
  /// Nil before the first.
  private let percentSent = Mutex<Int?>(nil)

  /// Nil where there is no token: the client wants to hear nothing.
  init?(token: JSONValue?, _ form: Form, in context: RequestContext) {
    guard let token else { return nil }
    self.token = token
    self.form = form
    self.context = context
  }

  /// Says that `done` of `total` are done.
  func report(done: Int, of total: Int) {
    let percent = total > 0 ? Int(100 * Double(min(max(done, 0), total)) / Double(total)) : 100
    // Sent within the lock, so that notifications come in their order.
    percentSent.withLock { sent in
      if let sent, sent >= percent { return }
      send(percent, isFirst: sent == nil)
      sent = percent
    }
  }

  /// Says that nothing else will come.
  func finish() {
    percentSent.withLock { sent in
      if sent != nil, form == .languageServer { send(["kind": "end"]) }
      sent = .max
    }
  }

  private func send(_ percent: Int, isFirst: Bool) {
    let percentage = JSONValue.integer(Int64(percent))
    switch form {
    case .languageServer where isFirst:
      send(["kind": "begin", "title": Self.title, "percentage": percentage])
    case .languageServer:
      send(["kind": "report", "percentage": percentage])
    case .toolServer:
      context.notify(
        "notifications/progress",
        ["progressToken": token, "progress": percentage, "total": 100, "message": Self.title])
    }
  }

  private func send(_ value: JSONValue) {
    context.notify("$/progress", ["token": token, "value": value])
  }
}

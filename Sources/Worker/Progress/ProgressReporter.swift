import JSON
import JSONRPC
import Synchronization

/// Sends progress notifications to the client of one request, at most one per percent.
final class ProgressReporter: Sendable {
  /// The protocol of the notifications.
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
  /// The last percentage sent; nil before the first.
  private let percentSent = Mutex<Int?>(nil)

  /// Nil if there is no token: the client did not ask for progress.
  init?(token: JSONValue?, _ form: Form, in context: RequestContext) {
    guard let token else { return nil }
    self.token = token
    self.form = form
    self.context = context
  }

  /// Reports that `done` of `total` are done.
  func report(done: Int, of total: Int) {
    let percent = total > 0 ? Int(100 * Double(min(max(done, 0), total)) / Double(total)) : 100
    // Sent inside the lock, so that notifications stay in order.
    percentSent.withLock { sent in
      if let sent, sent >= percent { return }
      send(percent, isFirst: sent == nil)
      sent = percent
    }
  }

  /// Ends the progress; nothing is sent after it.
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

import JSON
import JSONRPC
import Synchronization
import Testing

@testable import Worker

/// Progress notifications: to whom, and how often.
@Suite struct ProgressTests {
  private let sent = Sent()

  private final class Sent: Sendable {
    private let notifications = Mutex<[JSONValue]>([])

    var context: RequestContext {
      RequestContext(notify: { method, params in
        self.notifications.withLock { $0.append(["method": .string(method), "params": params]) }
      })
    }

    func taken() -> [JSONValue] {
      notifications.withLock { notifications in
        defer { notifications = [] }
        return notifications
      }
    }
  }

  private func progress(_ value: JSONValue) -> JSONValue {
    ["method": "$/progress", "params": ["token": "t", "value": value]]
  }

  @Test func `an LSP client gets begin, every new percent, and end`() throws {
    let reporter = try #require(ProgressReporter(token: "t", .languageServer, in: sent.context))
    for done in [0, 1, 9, 10, 10, 5, 19, 1000, 2000] { reporter.report(done: done, of: 1000) }
    reporter.finish()
    reporter.report(done: 1, of: 1)
    #expect(
      sent.taken() == [
        progress(["kind": "begin", "title": "Building columns", "percentage": 0]),
        progress(["kind": "report", "percentage": 1]), progress(["kind": "report", "percentage": 100]),
        progress(["kind": "end"]),
      ])
  }

  @Test func `an MCP client gets increasing numbers`() throws {
    let reporter = try #require(ProgressReporter(token: 7, .toolServer, in: sent.context))
    for done in 0...100_000 { reporter.report(done: done, of: 100_000) }
    reporter.report(done: -1, of: 0)
    reporter.finish()
    let notifications = sent.taken()
    #expect(notifications.allSatisfy { $0["method"] == "notifications/progress" })
    #expect(notifications.map { $0["params"]?["progress"] } == (0...100).map { .integer($0) })
    #expect(
      notifications.first?["params"] == [
        "progressToken": 7, "progress": 0, "total": 100, "message": "Building columns",
      ])
  }

  @Test func `without a token, or if nothing is loaded, there is no progress`() throws {
    #expect(ProgressReporter(token: nil, .toolServer, in: sent.context) == nil)
    try #require(ProgressReporter(token: "t", .languageServer, in: sent.context)).finish()
    #expect(sent.taken() == [])
  }

  @Test func `the request that loads the events gets progress with its token, and no other`() throws {
    let params: JSONObject = ["type": "utm", "name": "x", "parameters": [:]]
    var worker = try TestWorker()
    func ask(_ method: String, _ params: JSONObject, _ name: String, _ value: JSONValue?) -> JSONValue? {
      var params = params
      params[name] = value
      return worker.ask(Request(id: .integer(1), method: method, params: .object(params)), in: sent.context)
    }
    let reply = ask("reports.create", params, "workDoneToken", "t")
    #expect(reply?["name"] == "x" && reply?["parameters"] == [:])
    #expect(
      sent.taken() == [
        progress(["kind": "begin", "title": "Building columns", "percentage": 100]),
        progress(["kind": "end"]),
      ])
    _ = ask("reports.create", params, "workDoneToken", "t")
    #expect(sent.taken() == [])
    worker = try TestWorker()
    _ = ask("reports.create", params, "workDoneToken", nil)
    #expect(ask("reports.create", params, "workDoneToken", [])?["code"] == -32602)
    #expect(sent.taken() == [])
  }
}

import Calendar
import Engine
import EventStore
import JSON
import JSONRPC
import Synchronization
import System
import TestSupport
import Testing

@testable import Worker

/// Requests that are cancelled while the store loads.
@Suite struct CancelledLoadingTests {
  /// A client that cancels its request when reading has started.
  private final class Client: Sendable {
    private let isGone = Atomic(false)
    private let isPatient = Atomic(false)

    var context: RequestContext {
      RequestContext(isCancelled: { self.isGone.load(ordering: .relaxed) })
    }

    func reads() { if !isPatient.load(ordering: .relaxed) { isGone.store(true, ordering: .relaxed) } }

    func comesBack() {
      isPatient.store(true, ordering: .relaxed)
      isGone.store(false, ordering: .relaxed)
    }
  }

  @Test(arguments: ["websites.list", "reports.goals", "reports.create"])
  func `the reply says so, and the next request loads`(method: String) throws {
    let folder = try TemporaryFolder()
    let header = "website_id,session_id,created_at,url_path\n"
    let files = try (0..<4).map {
      try folder.file("\($0).csv", header + "a,s\($0),\(1_500_000_000 + $0),/\n")
    }
    let client = Client()
    let worker = Worker(
      store: try EventStore.open(files) { _ in }, loadProgress: { _ in client.reads() },
      zones: TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system), threads: 2,
      now: { 0 }, newID: { "id" })
    let goals: JSONValue = [
      "dateRange": ["startDate": "2017-07-14", "endDate": "2017-07-15"],
      "goals": [["type": "url", "value": "/", "goal": 1]],
    ]
    let saved: JSONValue = ["type": "goals", "name": "n", "parameters": goals]
    let params: JSONValue = method == "reports.goals" ? goals : method == "reports.create" ? saved : [:]
    func ask() throws(RPCError) -> JSONValue? {
      let request = Request(id: .integer(1), method: method, params: params)
      guard case .result(let result, _) = try worker.handle(request, in: client.context) else { return nil }
      return result
    }
    let error = #expect(throws: RPCError.self) { try ask() }
    #expect(error?.code == -32800)
    client.comesBack()
    let result = try ask()
    switch method {
    case "websites.list": #expect(result?.array?.first?["events"] == 4)
    case "reports.goals": #expect(result?.array?.first?["result"] == 4)
    default: #expect(result?["name"] == "n")
    }
  }
}

import JSON
import JSONRPC
import Schemas
import TestSupport
import Testing

@testable import Worker

/// Requests of every method, made from the schemas of its params: each has exactly one well-formed reply, and no
/// fault of ours, as a result that fails its own schema would be.
@Suite struct GeneratedRequestTests {
  private static let documents: [String: JSONValue] = {
    var documents: [String: JSONValue] = [:]
    for (name, text) in Schemas.all { documents[name] = try? JSONValue(parsing: text) }
    return documents
  }()

  /// Sends as many requests to each method, one after the other, to one worker.
  private func check(imported: Bool, seed: UInt64, rounds: Int) throws {
    let worker = try TestWorker(TestWorker.twoWebsites, imported: imported)
    let server = Server(limits: Limits.messages, handler: worker.worker, now: { 0 })
    var values = SchemaValues(Self.documents, seed: seed)
    var results = 0
    for round in 0..<rounds {
      for method in MethodTable.all {
        let id = JSONValue.string("\(method.name) \(round)")
        let request: JSONValue = [
          "jsonrpc": "2.0", "id": id, "method": .string(method.name),
          "params": values.params(of: method.name),
        ]
        let line = request.serialized()
        let place = "seed \(seed), \(method.name), round \(round): \(request.description.prefix(2_000))"
        let reply = try #require(server.answer(line), "\(place): no reply")
        let value = try JSONValue(parsing: reply, maximumDepth: 512)
        #expect(value["id"] == id && value["jsonrpc"] == "2.0" && value.object?.count == 3, "\(place)")
        if value["result"] != nil { results += 1 } else { checkError(value["error"], place) }
        // A reply that goes through a pipe is one line.
        #expect(!reply.contains(UInt8(ascii: "\n")), "\(place)")
      }
    }
    // Much of what is made should reach the methods, or nothing is tested.
    #expect(results > rounds * 2, "\(results) results of \(rounds * MethodTable.all.count)")
  }

  private func checkError(_ error: JSONValue?, _ place: String) {
    let code = error?["code"]?.wholeNumber
    #expect(code != nil && code != -32603, "\(place): \(error ?? nil)")
    let message = error?["message"]?.string ?? ""
    #expect(
      !message.isEmpty && !["; ", ": ", ", ", " "].contains(where: message.hasSuffix), "\(place): \(message)")
  }

  @Test(arguments: [false, true]) func `each request has one reply, whatever its params are`(imported: Bool)
    throws
  {
    for seed in 1...UInt64(Thoroughness.rounds(1, thorough: 10)) {
      try check(imported: imported, seed: seed, rounds: Thoroughness.rounds(60, thorough: 200))
    }
  }
}

import Foundation
import JSON
import JSONRPC
import TestSupport
import Testing

@testable import Worker

/// Requests of every method, generated from the schemas of their params: each gets exactly one well-formed reply, and
/// never an internal error.
@Suite struct GeneratedRequestTests {
  private static let documents: [String: JSONValue] = {
    var documents: [String: JSONValue] = [:]
    for name in embeddedSchemaNames {
      documents[name] = embeddedSchema(name).flatMap { try? JSONValue(parsing: $0) }
    }
    return documents
  }()

  private static let ofOneReport = ["reports.get", "reports.update", "reports.delete", "reports.run"]
  private static let savedID = "0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11"
  /// The events that they find in every other round.
  private static let saved: JSONValue = [
    "reportId": .string(savedID), "websiteId": "a", "type": "utm", "name": "saved",
    "parameters": ["dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-31"]],
  ]

  /// Sends `count` requests of each method to one worker.
  private func check(imported: Bool, seed: UInt64, rounds: Int) throws {
    let worker = try TestWorker(TestWorker.twoWebsites, imported: imported)
    let server = Server(limits: Limits.messages, handler: worker.worker, now: { 0 })
    // One generator a method, so that no method changes what others are asked.
    var generators = Method.all.map { method in
      SchemaValues(Self.documents, seed: method.name.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) })
    }
    var results: [String: Int] = [:]
    for round in 0..<rounds {
      for (index, method) in Method.all.enumerated() {
        let id = JSONValue.string("\(method.name) \(round)")
        var params = generators[index].params(of: method.name).object ?? JSONObject()
        if Self.ofOneReport.contains(method.name), round.isMultiple(of: 2) {
          _ = worker.ask("reports.delete", ["reportId": .string(Self.savedID)])
          _ = worker.ask("reports.create", Self.saved)
          params["reportId"] = .string(Self.savedID)
        }
        // Their params have so many members that the website is rarely one of those that are made.
        if method.range == .traffic, round.isMultiple(of: 2) { params["websiteId"] = "a" }
        // No made-up name is that of a file of the store.
        if method.name == "store.inspect", round.isMultiple(of: 2) { params["file"] = nil }
        let request: JSONValue = [
          "jsonrpc": "2.0", "id": id, "method": .string(method.name),
          "params": .object(params),
        ]
        let line = request.serialized()
        let place = "seed \(seed), \(method.name), round \(round): \(request.description.prefix(2_000))"
        let reply = try #require(server.answer(line), "\(place): no reply")
        let value = try JSONValue(parsing: reply, maximumDepth: 512)
        #expect(value["id"] == id && value["jsonrpc"] == "2.0" && value.object?.count == 3, "\(place)")
        if value["result"] != nil {
          results[method.name, default: 0] += 1
        } else {
          checkError(value["error"], place)
        }
        // A reply that goes through a pipe is one line.
        #expect(!reply.contains(UInt8(ascii: "\n")), "\(place)")
      }
    }
    // Some of what is made should reach each method, or nothing is tested.
    let unreached = Method.all.map(\.name).filter { name in
      // Nothing is appended to CSV files.
      results[name] == nil && (imported || name != "events.append")
    }
    #expect(unreached.isEmpty, "seed \(seed): no results of \(unreached) in \(rounds) rounds")
  }

  private func checkError(_ error: JSONValue?, _ place: String) {
    let code = error?["code"]?.wholeNumber
    #expect(code != nil && code != -32603, "\(place): \(error ?? nil)")
    checkSentence(error?["message"]?.string, place)
    for fault in error?["data"]?["errors"]?.array ?? [] { checkSentence(fault["error"]?.string, place) }
  }

  private func checkSentence(_ sentence: String?, _ place: String) {
    let sentence = sentence ?? ""
    #expect(
      !sentence.isEmpty && !["; ", ": ", ", ", " "].contains(where: sentence.hasSuffix),
      "\(place): \(sentence)")
  }

  @Test(arguments: [false, true]) func `each request gets one reply, whatever its params are`(imported: Bool)
    throws
  {
    // At length, others every day.
    let first = Thoroughness.isFull ? UInt64(time(nil) / 86_400) * 10 : 1
    if Thoroughness.isFull { print("generated requests: seeds from \(first)") }
    for seed in first..<first + UInt64(Thoroughness.rounds(1, thorough: 10)) {
      try check(imported: imported, seed: seed, rounds: Thoroughness.rounds(60, thorough: 200))
    }
  }
}

// Asks a Footfall worker three things: swift client.swift STORE...
import Foundation

struct Failed: Error { let sentence: String }

final class Worker {
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())
  private var (received, requests) = (Data(), 0)

  init(_ store: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["footfall", "serve"] + store
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
  }

  func ask(_ method: String, _ params: [String: Any] = [:]) throws -> [[String: Any]] {
    requests += 1
    let request: [String: Any] = ["jsonrpc": "2.0", "id": requests, "method": method, "params": params]
    let line = try JSONSerialization.data(withJSONObject: request) + Data("\n".utf8)
    try input.fileHandleForWriting.write(contentsOf: line)
    let reply = try JSONSerialization.jsonObject(with: readLine()) as? [String: Any]
    if let error = reply?["error"] as? [String: Any] {
      throw Failed(sentence: "error \(error["code"] ?? 0): \(error["message"] ?? "")")
    }
    return reply?["result"] as? [[String: Any]] ?? []
  }

  private func readLine() throws -> Data {
    while !received.contains(UInt8(ascii: "\n")) {
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { throw Failed(sentence: "the worker has ended; it says why on stderr") }
      received += more
    }
    let line = received.prefix { $0 != UInt8(ascii: "\n") }
    received = Data(received.dropFirst(line.count + 1))
    return line
  }

  /// Ends its input; it answers what it has read, and ends.
  func stop() throws -> Int32 {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

let worker = try Worker(Array(CommandLine.arguments.dropFirst()))
for site in try worker.ask("websites.list") {
  print(site["name"] ?? "", "has", site["events"] ?? "", "events")
}
let march = ["startDate": "2026-03-01", "endDate": "2026-03-31T23:59:59.999Z"]
let goal: [String: Any] = ["type": "url", "value": "/pricing", "goal": 30]
for goal in try worker.ask("reports.goals", ["dateRange": march, "goals": [goal]]) {
  print(goal["value"] ?? "", "was seen", goal["result"] ?? "", "times,", goal["goal"] ?? "", "were wanted")
}
do { _ = try worker.ask("reports.funel") } catch let error as Failed { print(error.sentence) }
print("the worker ended with", try worker.stop())

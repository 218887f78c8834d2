import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// Several processes that write to one store at once.
@Suite struct SeveralWritersTests {
  private static let writers = 4
  private static let eventsOfWriter = Thoroughness.rounds(500, thorough: 25_000)

  @Test func `four processes append while a fifth asks for reports`() throws {
    let store = try WrittenStore()
    try store.create()
    let workers = try (0..<Self.writers).map { _ in try Client([store.path]) }
    let reader = try Client([store.path])
    let start = DispatchTime.now()
    let done = Counter()
    inThreads(Self.writers + 1) { number in
      if number < Self.writers {
        defer { done.add() }
        let first = number * Self.eventsOfWriter
        append(first..<(first + Self.eventsOfWriter), workers[number], seed: UInt64(number))
      } else {
        var seen: Int64 = 0
        while done.value < Self.writers {
          let count = count(reader)
          #expect(count >= seen, "\(count) events after \(seen)")
          seen = count
          for request in NumberedEvent.reports { #expect(isGood(reader.ask(request))) }
        }
      }
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) * 1e-9
    let total = Self.writers * Self.eventsOfWriter
    for client in workers + [reader] { #expect(count(client) == Int64(total)) }
    if Thoroughness.isFull {
      print(
        "\(total) events in \(seconds) s, \((workers + [reader]).map(\.retries)) requests were sent again")
    }
    for client in workers + [reader] { try client.stop() }
    #expect(try store.numbers().sorted() == Array(0..<total))
    try store.check(has: 0..<total, "after all")
  }

  @Test func `the same events from several processes are there once`() throws {
    let store = try WrittenStore()
    try store.create()
    let workers = try (0..<Self.writers).map { _ in try Client([store.path]) }
    let total = Self.eventsOfWriter / 5
    let added = Counter()
    inThreads(Self.writers) { number in
      for first in stride(from: 0, to: total, by: 10) {
        let reply = workers[number].ask(NumberedEvent.append(first..<(first + 10)))
        let counts = ["added", "known"].map { reply["result"]?[$0]?.wholeNumber ?? -1 }
        #expect(counts[0] + counts[1] == 10, "\(reply)")
        added.add(counts[0])
      }
    }
    #expect(added.value == Int64(total))
    #expect(try store.numbers().sorted() == Array(0..<total))
    try store.check(has: 0..<total, "after all")
  }

  @Test func `several processes make the same store`() throws {
    for _ in 0..<Thoroughness.rounds(2, thorough: 20) {
      let store = try WrittenStore()
      let processes = try (0..<4).map { _ in try BuiltBinary.start(["create", store.path]) }
      for process in processes {
        let outcome = try process.finish()
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
      }
      #expect(try BuiltBinary.run(["import", store.path] + store.files(0..<20)).exitCode == 0)
      try store.check(has: 0..<20, "made by several")
    }
  }

  @Test func `saved reports of several processes`() throws {
    let store = try WrittenStore()
    try store.create()
    let workers = try (0..<Self.writers).map { _ in try Client([store.path]) }
    let rounds = Thoroughness.rounds(8, thorough: 200)
    let shared = #""reportId":"00000000-0000-4000-8000-000000000000""#
    let created = Counter()
    let parameters =
      #""parameters":{"dateRange":{"startDate":1,"endDate":2},"goals":[{"type":"url","value":"/","goal":1}]}"#
    let content = #""websiteId":"w0","type":"goals","name":"n","description":"d",\#(parameters)"#
    inThreads(Self.writers) { number in
      func ask(_ method: String, _ members: String) -> JSONValue {
        workers[number].ask(#"{"method":"\#(method)",\#(members)}"#)
      }
      // One of them makes it.
      if isGood(ask("reports.create", "\(shared),\(content)")) { created.add() }
      for round in 0..<rounds {
        // Each its own member, which no other may undo.
        let member = ["name", "description"][number % 2]
        if number < 2 {
          let value = "\(round)"
          #expect(isGood(ask("reports.update", #"\#(shared),"\#(member)":"\#(value)""#)))
          #expect(ask("reports.get", shared)["result"]?[member] == .string(value))
        } else {
          let reply = ask("reports.create", content)
          let id = reply["result"]?["id"]?.string ?? ""
          #expect(isGood(ask("reports.delete", #""reportId":"\#(id)""#)), "\(reply)")
        }
      }
    }
    #expect(created.value == 1)
    let list = workers[0].ask(#"{"method":"reports.list"}"#)["result"]
    #expect(list?["count"] == 1)
    #expect(list?["data"]?.array?.first?["name"] == .string("\(rounds - 1)"))
    #expect(list?["data"]?.array?.first?["description"] == .string("\(rounds - 1)"))
    for worker in workers { try worker.stop() }
  }

  // MARK: -

  private func append(_ numbers: Range<Int>, _ worker: Client, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var first = numbers.lowerBound
    while first < numbers.upperBound {
      let count = min([1, 20, 100, 500].randomElement(using: &random) ?? 1, numbers.upperBound - first)
      let reply = worker.ask(NumberedEvent.append(first..<(first + count)))
      #expect(reply["result"] == ["added": .integer(Int64(count)), "known": 0, "rejected": []], "\(reply)")
      first += count
    }
  }

  /// The events of all websites; one that has none yet is not known.
  private func count(_ worker: Client) -> Int64 {
    let websites = worker.ask(#"{"method":"websites.list"}"#)["result"]?.array ?? []
    return websites.map { $0["events"]?.wholeNumber ?? 0 }.reduce(0, +)
  }

  /// Whether there is a result, or the website has no events yet.
  private func isGood(_ reply: JSONValue) -> Bool { reply["result"] != nil || reply["error"]?["code"] == 1 }
}

/// Who asks a worker as the documentation has it: what is answered with `busy` is sent again.
///
/// Sound as `Sendable`: each is asked by one thread at a time.
private final class Client: @unchecked Sendable {
  private let worker: RunningWorker
  private(set) var retries = 0

  init(_ arguments: [String]) throws { worker = try RunningWorker(arguments) }

  func ask(_ request: String) -> JSONValue {
    while true {
      guard let reply = try? JSONValue(parsing: Array(worker.ask(request).utf8)) else { return "no reply" }
      guard reply["error"]?["data"]?["reason"] == "busy" else { return reply }
      retries += 1
    }
  }

  func stop() throws {
    #expect(try worker.stop() == 0)
    #expect(worker.errors == "")
  }
}

/// Does `body` in so many threads at once, each with its number, and waits for all.
private func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let group = DispatchGroup()
  for number in 0..<count {
    group.enter()
    Thread.detachNewThread {
      body(number)
      group.leave()
    }
  }
  group.wait()
}

/// A number that threads add to.
private final class Counter: Sendable {
  private let number = Atomic<Int64>(0)

  var value: Int64 { number.load(ordering: .relaxed) }

  func add(_ count: Int64 = 1) { number.add(count, ordering: .relaxed) }
}

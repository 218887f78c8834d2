import Foundation
import JSON
import TestSupport
import Testing

/// Processes are killed at random moments of their work: what was acknowledged is there, once, and reports are
/// those of the rows.
@Suite struct KillTests {
  /// Several rounds go on with one store, on which what an earlier one has left behind weighs too.
  private static let roundsOfStore = 4

  /// 67 rounds of each kind of work are 201 in all.
  private static let rounds = Thoroughness.rounds(3, thorough: 67)

  @Test func `while they import`() throws {
    try repeatedly(seed: 1) { store, random, known in
      let first = (known.max() ?? -1) + 1
      let numbers =
        first..<(first + .random(in: 1...Thoroughness.rounds(300, thorough: 4_000), using: &random))
      let files = try store.files(numbers)
      let isKilled = try kill(["import", store.path] + files, in: 0..<40_000, &random)
      if !isKilled { known.formUnion(numbers) }
      guard try store.exists() else { return isKilled }
      try store.check(has: known, "an import was interrupted")
      // As the documentation has it: the same import again finishes it.
      #expect(try BuiltBinary.run(["import", store.path] + files).exitCode == 0)
      known.formUnion(numbers)
      #expect(try Set(store.numbers()) == known)
      return isKilled
    }
  }

  /// The first import of large files goes another way: indexes are made at its end, and columns beside it.
  @Test(.enabled(if: Thoroughness.isFull)) func `while they import much for the first time`() throws {
    var random = SeededGenerator(seed: 2)
    let numbers = 0..<260_000
    let source = try WrittenStore()
    let files = try source.files(numbers)
    let bytes = try files.reduce(0) { try $0 + Data(contentsOf: URL(fileURLWithPath: $1)).count }
    try #require(bytes >= 16 << 20, "smaller files are committed 50,000 rows at a time")
    let start = DispatchTime.now()
    #expect(try BuiltBinary.run(["import", source.path] + files).exitCode == 0)
    let duration = UInt32((DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1000)
    var killed = 0
    for round in 0..<15 {
      let store = try WrittenStore()
      let isKilled = try kill(["import", store.path] + files, in: 0..<duration, &random)
      if isKilled { killed += 1 }
      guard try store.exists() else { continue }
      let found = try store.numbers()
      #expect(found.isEmpty || found == Array(numbers), "round \(round): \(found.count) events")
      #expect(isKilled || !found.isEmpty)
      try store.check(has: found, "round \(round)")
    }
    print("\(killed) of 15 first imports of \(duration) µs were killed in their work")
  }

  @Test func `while they append`() throws {
    try repeatedly(seed: 3) { store, random, known in
      if try !store.exists() { try store.create() }
      let worker = try RunningWorker([store.path])
      var first = (known.max() ?? -1) + 1
      // Every fourth right after a reply, of the others many in the first milliseconds.
      let repliesToKill =
        Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 1..<9, using: &random) : nil
      if repliesToKill == nil { worker.endByForce(after: moment(in: 0..<60_000, &random)) }
      var replies = 0
      while true {
        let numbers = first..<(first + [1, 10, 100].randomElement(using: &random).unsafelyUnwrapped)
        guard let reply = try? worker.ask(NumberedEvent.append(numbers)) else {
          // It may have been committed without that we have heard of it, as a whole.
          #expect(worker.wasEndedByForce())
          let found = Set(try store.numbers()).subtracting(known)
          #expect(found.isEmpty || found == Set(numbers), "a part of a request: \(found.sorted())")
          known.formUnion(found)
          break
        }
        #expect(reply.contains(#""added":\#(numbers.count),"#), "\(reply)")
        known.formUnion(numbers)
        first = numbers.upperBound
        replies += 1
        if Int.random(in: 0..<4, using: &random) == 0 { _ = try? worker.ask(NumberedEvent.count("w0")) }
        if replies == repliesToKill { worker.endByForce() }
      }
      try store.check(has: known, "appending was interrupted")
      return true
    }
  }

  @Test func `while they make columns`() throws {
    try repeatedly(seed: 4) { store, random, known in
      let first = (known.max() ?? -1) + 1
      let numbers =
        first..<(first + .random(in: 1...Thoroughness.rounds(300, thorough: 4_000), using: &random))
      #expect(try BuiltBinary.run(["import", store.path] + store.files(numbers)).exitCode == 0)
      known.formUnion(numbers)
      // Half of them anew, the others from those that there are.
      if Bool.random(using: &random) { store.forgetColumns() }
      let input = Data(NumberedEvent.reports.map { "\($0)\n" }.joined().utf8)
      let isKilled = try kill(["serve", store.path], input: input, in: 0..<40_000, &random)
      try store.check(has: known, "making columns was interrupted")
      return isKilled
    }
  }

  // MARK: -

  /// Does `body` for rounds, which gives whether a process was killed; `known` are the events that must be in
  /// the store.
  private func repeatedly(
    seed: UInt64,
    _ body: (_ store: WrittenStore, _ random: inout SeededGenerator, _ known: inout Set<Int>) throws -> Bool
  ) throws {
    var random = SeededGenerator(seed: seed)
    var killed = 0
    var (store, known) = (try WrittenStore(), Set<Int>())
    for round in 0..<Self.rounds {
      if round % Self.roundsOfStore == 0 { (store, known) = (try WrittenStore(), []) }
      if try body(store, &random, &known) { killed += 1 }
    }
    if Thoroughness.isFull { print("\(killed) of \(Self.rounds) processes were killed in their work") }
    #expect(killed > 0)
  }

  /// Microseconds: every fourth time among the first milliseconds.
  private func moment(in range: Range<UInt32>, _ random: inout SeededGenerator) -> UInt32 {
    Int.random(in: 0..<4, using: &random) == 0
      ? .random(in: 1..<5_000, using: &random) : .random(in: range, using: &random)
  }

  /// Starts a process and kills it at some moment; false where it had ended by itself before.
  private func kill(
    _ arguments: [String], input: Data = Data(), in range: Range<UInt32>, _ random: inout SeededGenerator
  ) throws -> Bool {
    let process = try BuiltBinary.start(arguments, input: input)
    usleep(moment(in: range, &random))
    return process.endByForce()
  }
}

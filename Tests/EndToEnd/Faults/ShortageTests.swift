import Foundation
import TestSupport
import Testing

/// A name space in which the system has no time zones.
private enum HiddenZones {
  static let launcher = [
    "/usr/bin/unshare", "--map-root-user", "--mount", "/bin/sh", "-c",
    "for place in /usr/share/zoneinfo /usr/lib/zoneinfo /usr/share/lib/zoneinfo; do "
      + "[ ! -d $place ] || mount -t tmpfs none $place || exit 1; done; exec \"$0\" \"$@\"",
  ]

  static let arePossible: Bool = {
    let outcome = try? BuiltBinary.run(
      Array(launcher.dropFirst()) + ["/bin/true"], executable: URL(fileURLWithPath: launcher[0]))
    return outcome?.exitCode == 0
  }()
}

/// A process that may have little of something: it says what is missing, and never answers wrongly.
@Suite struct ShortageTests {
  private let files: FaultFiles

  init() throws { files = try FaultFiles() }

  private static let report =
    #"{"method":"reports.insights","dateRange":{"startDate":"2020-01-01","endDate":"2030-01-01"},"fields":[{"name":"url"}]}"#

  /// What a worker over `store` answers after `limit`, a line of a shell.
  private func outcome(_ limit: String, _ store: String, _ input: String) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      ["-c", "\(limit); exec timeout 100 \"$0\" serve \"$1\" --cache cache", BuiltBinary.url.path, store],
      executable: URL(fileURLWithPath: "/bin/bash"), input: Data(input.utf8), in: files.folder.url)
  }

  /// Whatever it may have, the lines of its answer are the right ones or errors, and an end without an answer
  /// is not a good one.
  private func check(_ limits: [String], events: Int) throws {
    let input = "\(StoreReply.request)\n\(Self.report)\n"
    for kind in [FaultFiles.Kind.csv, .ownStore] {
      let store = try files.make(kind, "store \(kind)", events: events)
      let truth = try outcome("true", store, input).lines
      #expect(truth.count == 2)
      var answered = 0
      for limit in limits {
        try? FileManager.default.removeItem(atPath: files.folder.path("cache"))
        let outcome = try outcome(limit, store, input)
        for (line, right) in zip(outcome.lines, truth) where line != right {
          #expect(line.contains(#""error":{"code":3"#), "\(limit): \(line)")
        }
        if outcome.lines.count < 2 { #expect(outcome.exitCode != 0, "\(limit)") } else { answered += 1 }
        // That of `timeout`: it must end by itself.
        #expect(outcome.exitCode != 124, "\(limit)")
      }
      #expect(answered > 0 && answered <= limits.count)
    }
  }

  @Test func `there are few descriptors`() throws {
    try check(
      (3...24).filter { $0 % (Thoroughness.isFull ? 1 : 3) == 0 }.map { "ulimit -n \($0)" }, events: 300)
  }

  @Test(.disabled(if: Sanitizer.isOn)) func `there is little memory`() throws {
    let megabytes =
      Thoroughness.isFull ? Array(stride(from: 20, through: 400, by: 10)) : [40, 120, 200, 2000]
    // What the runtime says of a fault takes longer than all else.
    try check(megabytes.map { "export SWIFT_BACKTRACE=enable=no; ulimit -v \($0 << 10)" }, events: 3000)
  }

  /// What is nested as deeply as messages may be takes more than that of a stack, at every place that walks it.
  @Test(.disabled(if: Sanitizer.isOn)) func `stacks are small`() throws {
    let store = try files.make(.csv, "rows.csv", events: 300)
    let (open, close) = (String(repeating: "[", count: 125), String(repeating: "]", count: 125))
    let range = #""dateRange":{"startDate":"2020-01-01","endDate":"2030-01-01"}"#
    let pattern = String(repeating: "(", count: 450) + String(repeating: ")*", count: 450)
    let input = [
      #"{"id":1,"method":"websites.list","x":\#(open)\#(close)}"#,
      #"{"id":2,"method":"reports.goals",\#(range),"goals":[{"type":"url","value":"*","goal":1,"x":\#(open.dropLast(2))\#(close.dropLast(2))}]}"#,
      #"{"id":3,"method":"reports.goals","format":"csv",\#(range),"goals":[{"type":"url","value":"*","goal":1,"x":\#(open.dropLast(2))\#(close.dropLast(2))}]}"#,
      #"{"id":4,"method":"reports.utm",\#(range),"filters":[{"name":"url","operator":"re","value":"\#(pattern.prefix(999))"}]}"#,
      #"{"id":5,"method":"$/cancelRequest","x":\#(open)\#(close)}"#,
      #"{"id":6,"method":"reports.utm",\#(open)\#(close)}"#,
      #"{"id":7,"method":"rpc.discover"}"#, String(repeating: "[", count: 100_000),
    ].map { "\($0)\n" }.joined()
    for limit in ["ulimit -s 64", "ulimit -s 256"] {
      let outcome = try outcome(limit, store, input)
      #expect(outcome.exitCode == 0, "\(limit): \(outcome.errors)")
      #expect(outcome.lines == (try self.outcome("true", store, input)).lines, "\(limit)")
      let report = try BuiltBinary.run(
        [
          "-c", "\(limit); exec \"$0\" report retention \"$1\" --no-cache --format table",
          BuiltBinary.url.path, store,
        ],
        executable: URL(fileURLWithPath: "/bin/bash"))
      #expect(report.exitCode == 0, "\(limit): \(report.errors)")
    }
  }

  /// A signal still ends a worker whose first thread only waits.
  @Test(.disabled(if: Sanitizer.isOn), arguments: [SIGTERM, SIGINT])
  func `stacks are small, and a signal comes`(signal: Int32) throws {
    let worker = try RunningWorker(
      [try files.make(.csv, "rows.csv", events: 30), "--no-cache"],
      launcher: ["/bin/bash", "-c", "ulimit -s 64; exec \"$0\" \"$@\""])
    #expect(try worker.count() == .events(30))
    kill(worker.processIdentifier, signal)
    #expect(try worker.finish() == 0)
  }

  /// The signal that comes with it would end the process.
  @Test(.disabled(if: Sanitizer.isOn)) func `files may not grow`() throws {
    let store = try files.make(.ownStore, "store.db", events: 300)
    let worker = try RunningWorker(
      [store], launcher: ["/bin/bash", "-c", "ulimit -f 100; exec \"$0\" \"$@\""])
    var known = 0
    var failures = 0
    for _ in 0..<6 {
      let reply = try worker.append(known..<(known + 200))
      if reply.contains(#""added":200"#) {
        known += 200
      } else {
        failures += 1
        #expect(StoreReply(reply) == .error(reason: "unavailable"), "\(reply)")
      }
      #expect(try worker.count() == .events(300 + known))
    }
    #expect(failures > 0)
    #expect(try worker.stop() == 0)
    let csv = try files.make(.csv, "many.csv", events: 5000)
    let importing = try BuiltBinary.run(
      ["-c", "ulimit -f 100; exec \"$0\" import \"$@\"", BuiltBinary.url.path, store, csv],
      executable: URL(fileURLWithPath: "/bin/bash"))
    #expect(importing.exitCode == 74, "\(importing.errors)")
    let next = try RunningWorker([store])
    #expect(try next.count() == .events(300 + known))
    #expect(try next.stop() == 0)
  }

  @Test func `there is no home, and no folder for caches`() throws {
    let csv = try files.make(.csv, "rows.csv", events: 30)
    let worker = try RunningWorker(
      [csv], launcher: ["/usr/bin/env", "-u", "HOME", "-u", "XDG_CACHE_HOME", "-u", "PATH"])
    #expect(try worker.count() == .events(30))
    #expect(try worker.stop() == 0)
    #expect(worker.errors == "")
  }

  @Test(.enabled(if: HiddenZones.arePossible, "a name space of one's own cannot be had here"))
  func `there are no time zones but UTC`() throws {
    let csv = try files.make(.csv, "rows.csv", events: 30)
    let worker = try RunningWorker([csv, "--no-cache"], launcher: HiddenZones.launcher)
    #expect(try worker.count() == .events(30))
    let request =
      #"{"method":"reports.utm","dateRange":{"startDate":"2025-01-01","endDate":"2025-12-31"},"timezone":"#
    #expect(try worker.ask(request + #""UTC"}"#).contains(#""result""#))
    let refused = try worker.ask(request + #""Europe/Berlin"}"#)
    #expect(refused.contains(#""code":-32602"#) && refused.contains("zoneinfo"), "\(refused)")
    #expect(try worker.stop() == 0)
  }
}

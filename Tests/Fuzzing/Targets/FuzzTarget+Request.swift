import Calendar
import Engine
import EventStore
import JSON
import JSONRPC
import Synchronization
import System
import Worker

extension FuzzTarget {
  /// Lines that a worker answers, one after the other: each reply is the one that its line is due.
  static let request = FuzzTarget(name: "request") {
    let events = try ScratchFile()
    events.replace(Array(smallEvents.utf8))
    let zones = TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system)
    var usual = server(events, zones)
    return { input throws(Violation) in
      for line in input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        let line = Array(line)
        try checkReply(usual.answer(line), to: line)
      }
      // What was asked before must not decide what is answered next.
      if leavesTraces(input) { usual = server(events, zones) }
    }
  }
}

/// Two websites with an event of each kind, money among them.
private let smallEvents = """
  website_id,session_id,visit_id,event_id,hostname,url_path,url_query,utm_source,referrer_domain,country,\
  browser,event_type,event_name,created_at
  a,s1,v1,1,a.example,/,utm_source=x&utm_medium=y,x,search.example,DE,firefox,1,,2025-03-01 10:00:00
  a,s1,v1,2,a.example,/x,,,,DE,firefox,1,,2025-03-01 10:00:10
  a,s1,v1,3,a.example,/x,,,,DE,firefox,2,buy,2025-03-01 10:00:20
  a,s2,v2,4,a.example,/,,,,,,1,,2025-03-02 10:00:00
  a,s2,v3,5,a.example,/y,,,,,,1,,2025-04-02 23:30:00
  b,s3,v4,6,b.example,/,,,,FR,chrome,2,buy,2025-03-02 10:00:00

  """

private func server(_ events: ScratchFile, _ zones: TimeZoneDatabase) -> Server<Worker> {
  let store: EventStore
  do { store = try EventStore.open([events.path], diagnostics: { _ in }) } catch { fatalError("\(error)") }
  let ids = Atomic<Int>(0)
  let worker = Worker(
    store: store, zones: zones, threads: 1,
    now: { 1_745_000_000_000 }, newID: { "id-\(ids.add(1, ordering: .relaxed).newValue)" })
  return Server(limits: Limits.messages, handler: worker, now: { 0 })
}

/// Whether a worker may keep something of what it was asked: saved reports, or how a client has introduced
/// itself. Names may be escaped.
private func leavesTraces(_ input: [UInt8]) -> Bool {
  let text = String(decoding: input, as: UTF8.self)
  return ["reports.create", "POST", "save_report", "initialize", "\\u"].contains(where: text.contains)
}

import Calendar
import Engine
import EventStore
import JSON
import JSONRPC
import Reporting
import System
import Worker

extension FuzzTarget {
  /// The arguments of `footfall report`, a line each: the name of a report, flags and what stands behind them. What
  /// comes of them is a sentence about a flag, or a table of whole lines on canvases of any width.
  static let report = FuzzTarget(name: "report") {
    let events = try ScratchFile()
    events.replace(Array(reportedEvents.utf8))
    let zones = TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system)
    let store: EventStore
    do { store = try EventStore.open([events.path], diagnostics: { _ in }) } catch { fatalError("\(error)") }
    let worker = Worker(
      store: store, zones: zones, threads: 1,
      now: { 1_745_000_000_000 }, newID: { "id" })
    return { input throws(Violation) in
      // The store is of this file as long as the target lives.
      try withExtendedLifetime(events) { () throws(Violation) in
        let arguments = input.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        try check(arguments, worker, zones)
      }
    }
  }
}

/// The first and the last day of all, and money that is hardly any and as much as there can be.
private let reportedEvents = """
  session_id,visit_id,event_id,hostname,url_path,country,event_type,event_name,created_at
  s1,v1,1,a.example,/,DE,1,,0000-01-01 00:00:00
  s1,v2,2,a.example,/x,DE,1,,2025-03-01 10:00:10
  s1,v2,3,a.example,/x,,2,buy,2025-03-01 10:00:20
  s2,v3,4,a.example,"/世界,\u{1B}[31m",,1,,2025-03-02 10:00:00
  s2,v3,5,a.example,/y,,1,,9999-12-31 23:59:59

  """

private func check(_ arguments: [String], _ worker: Worker, _ zones: TimeZoneDatabase) throws(Violation) {
  guard let name = arguments.first, let kind = ReportDefinition.all.first(where: { $0.name == name }) else {
    return
  }
  for now in [1_745_000_000_000, writableInstants.lowerBound, writableInstants.upperBound] {
    let asked: ReportContext?
    do throws(FlagError) { asked = try context(kind, arguments, zones, now: now) } catch {
      let sentence = error.description
      let hasSubject = sentence.hasPrefix("--") || sentence.hasPrefix("\(kind.name) needs ")
      return try require(hasSubject && !sentence.hasSuffix(" "), "half a sentence: \(sentence)")
    }
    if let asked { try show(asked, worker) }
  }
}

/// What the arguments ask for; nil where a flag or a zone is not known.
private func context(
  _ kind: ReportDefinition, _ words: [String], _ zones: TimeZoneDatabase, now: Int64
) throws(FlagError) -> ReportContext? {
  var arguments = ReportArguments(kind)
  for index in stride(from: 1, to: words.count - 1, by: 2) {
    guard try arguments.take(words[index], words[index + 1]) else { return nil }
  }
  try arguments.checkComplete()
  guard let zone = try? zones.rules(named: arguments.timeZoneName) else { return nil }
  let events = Period(
    from: parseInstant("2025-03-01T00:00:00Z"), through: parseInstant("2025-03-02T23:59:59Z"))
  let range = try arguments.range(in: zone, events: events, now: now)
  let params = arguments.params(websiteID: "00000000-0000-0000-0000-000000000000", range: range)
  return ReportContext(arguments, params: params, website: "w", range: range, zone: zone)
}

/// Shows the report's result, or says what is wrong with its params.
private func show(_ context: ReportContext, _ worker: Worker) throws(Violation) {
  let result: JSONValue
  do throws(RPCError) {
    let request = Request(
      id: .integer(1), method: context.arguments.kind.method, params: .object(context.params))
    guard case .result(let answered, _) = try worker.handle(request, in: RequestContext()) else { return }
    result = answered
  } catch {
    try require(error.code != RPCError.Code.internalError, "a fault of ours: \(error.message)")
    // Every error is about a flag, so that people are told which one to change.
    for place in (error.data?["errors"]?.array ?? []).compactMap({ $0["instanceLocation"]?.string }) {
      try require(
        context.arguments.flag(at: place) != nil || place.isEmpty,
        "no flag is about \(place): \(error.message)")
    }
    return
  }
  if let all = Period(from: 0, through: .max) {
    _ = context.arguments.notice(of: result, in: all, events: all, website: "w", in: .utc)
  }
  for width in [1, 20, 80, 1_000] {
    let text = reportText(result, context, on: Canvas(width: width, hasColors: false))
    try require(text.hasSuffix("\n") && !text.contains("\u{1B}"), "no whole lines, or a visitor's: \(text)")
  }
  let origin = DocumentOrigin(store: ["s"], version: "v", source: "c")
  for (format, end) in [(DocumentFormat.html, "</html>\n"), (.svg, "</svg>\n")] {
    let text = document(reportFigures(result, context), heading: context.heading, as: format, origin)
    try require(text.hasSuffix(end) && !text.contains("\u{1B}"), "no whole document: \(text.prefix(200))")
  }
}

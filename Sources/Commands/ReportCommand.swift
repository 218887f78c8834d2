import Calendar
import Engine
import JSON
import JSONRPC
import Reporting
import System
import Worker

/// `footfall report NAME STORE...`: prints one report; `footfall stats STORE...`, which are commands of their own; and
/// `footfall sql NAME STORE...`, which prints how a server computes the report.
struct ReportCommand {
  private var arguments: ReportArguments
  private var options: WorkerOptions
  private var format = ResultFormat.standard()
  /// The id, name or domain of a website.
  private var website: String?
  /// The arguments after the name.
  private let words: [String]
  /// Takes the statements if these are to be printed in place of the report.
  private let log: StatementLog?

  init(_ words: [String], _ servers: ServerStores, printsStatements: Bool = false) throws(CommandError) {
    log = printsStatements ? StatementLog() : nil
    options = WorkerOptions(servers)
    self.words = Array(words.dropFirst())
    var words = Arguments(words)
    guard case .operand(let name)? = words.next() else {
      let command = printsStatements ? "sql" : "report"
      throw .usage(
        "\(command) needs the name of a report first: \(Self.names)", help: "footfall \(command) --help")
    }
    arguments = ReportArguments(try Self.kind(named: name))
    while let word = words.next() {
      switch word {
      case .operand(let path): options.paths.append(path)
      case .option(let name, let value): try take(name, value, from: &words)
      }
    }
    try options.checkPaths(of: arguments.kind.command)
    if printsStatements, options.address == nil {
      throw .usage(
        "sql prints what a ClickHouse server is asked; reports about files are not computed by statements",
        help: "footfall help server")
    }
    try withUsage { () throws(FlagError) in try arguments.checkComplete() }
  }

  /// The report called `name`.
  static func kind(named name: String) throws(CommandError) -> ReportDefinition {
    if let kind = ReportDefinition.all.first(where: { $0.name == name }) { return kind }
    let nearest = nearestName(to: name, among: ReportDefinition.all.map(\.name))
    throw .usage(
      "there is no report \"\(name)\""
        + (nearest.map { "; did you mean \"\($0)\"?" } ?? "; there are \(names)"),
      help: "footfall report --help")
  }

  static let names = ReportDefinition.reports.map(\.name).joined(separator: ", ")

  private func usage(_ sentence: String) -> CommandError {
    .usage(sentence, help: "footfall \(arguments.kind.command) --help")
  }

  private mutating func take(
    _ name: String, _ value: String?, from words: inout Arguments
  ) throws(CommandError) {
    switch name {
    case ResultFormat.name: format = try ResultFormat(words.value(of: name, value))
    case ReportArguments.websiteFlag: website = try words.value(of: name, value)
    case _ where arguments.kind.flags.contains { $0.name == name }:
      let takesValue = arguments.kind.flags.contains { $0.name == name && $0.takesValue }
      if !takesValue { try words.checkNoValue(of: name, value) }
      // The arguments tell which of them may be given again.
      let text = takesValue ? try words.value(of: name, value, isList: true) : ""
      do throws(FlagError) { _ = try arguments.take(name, text) } catch { throw usage(error.description) }
    default:
      if try options.take(name, value, from: &words) { return }
      let known =
        arguments.kind.flags.map(\.name) + [ReportArguments.websiteFlag, ResultFormat.name]
        + WorkerOptions.names
      let nearest = nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
      throw usage("\(arguments.kind.command) has no flag \(name)\(nearest)")
    }
  }

  func run() throws(CommandError) -> ExitCode {
    var arguments = arguments
    let zone = try zoneRules()
    let worker = try options.makeWorker(log: log)
    let websites = try worker.result(of: "websites.list", [:]).array ?? []
    if websites.isEmpty { throw usage(options.emptyReason()) }
    let chosen = try withUsage { () throws(FlagError) in
      try ReportArguments.website(website, among: websites)
    }
    let events =
      arguments.kind.countsMeasurements
      ? try worker.measuredPeriod(arguments, chosen["id"]?.string ?? "")
      : Period(
        from: chosen["firstEvent"]?.string.flatMap { parseInstant($0) },
        through: chosen["lastEvent"]?.string.flatMap { parseInstant($0) })
    let range = try withUsage { () throws(FlagError) in
      try arguments.range(in: zone, events: events, now: currentMilliseconds())
    }
    let (id, name) = (chosen["id"]?.string ?? "", websiteName(chosen))
    if arguments.lacksCurrency {
      let params = ReportArguments.currencyParams(websiteID: id, range: range)
      let currencies = try worker.result(of: "reports.currencies", params)
      arguments = try withUsage { () throws(FlagError) in
        var arguments = arguments
        try arguments.takeOnlyCurrency(of: currencies)
        return arguments
      }
    }
    if !arguments.segmentNames.isEmpty {
      let segments = try worker.segments(of: id)
      arguments = try withUsage { () throws(FlagError) in
        var arguments = arguments
        try arguments.resolveSegments(segments)
        return arguments
      }
    }
    if arguments.savedReportName != nil {
      let reports = try worker.savedReports(of: id)
      arguments = try withUsage { () throws(FlagError) in
        var arguments = arguments
        try arguments.resolveSavedReport(reports)
        return arguments
      }
    }
    let params = arguments.params(websiteID: id, range: range)
    var context = ReportContext(arguments, params: params, website: name, range: range, zone: zone)
    let result: JSONValue
    do throws(CommandError) {
      if let log {
        try print(log, of: worker, params)
        return .success
      }
      result = try worker.result(of: arguments.method, params)
      if format == .table { context.comparedValues = try worker.comparedValues(result, context) }
      let origin = options.origin(of: [arguments.kind.command] + words)
      try worker.print(result, of: arguments.method, params, as: format, origin: origin) {
        reportText($0, context, on: $1)
      }
    } catch .reply(let error) where error.code == RPCError.Code.invalidParams {
      throw usage(arguments.sentence(for: error.data?["errors"]?.array ?? [], of: params))
    }
    let questions = Questions(worker: worker, websiteID: id, range: range)
    if let notice = arguments.notice(of: result, in: range, events: events, website: name, in: zone) {
      diagnose(
        notice + (try questions.nearestStep(arguments, result, params))
          + (try questions.unknownValues(arguments, params)))
    } else if let notice = arguments.currencyNotice(of: try questions.currencies(for: params)) {
      diagnose(notice)
    }
    return arguments.isFailure(result) ? .failed : .success
  }

  /// Computes the report, and prints the statements by which it was computed, or was tried to be.
  private func print(
    _ log: StatementLog, of worker: Worker, _ params: JSONObject
  ) throws(CommandError) {
    // Those by which the range and the currency were found.
    _ = log.take()
    let failure: CommandError?
    do throws(CommandError) {
      _ = try worker.result(of: arguments.method, params)
      failure = nil
    } catch { failure = error }
    try writeStandardOutput(log.take().joined(separator: "\n"))
    if let failure { throw failure }
  }

  /// What is asked of the store to say why a result is empty.
  private struct Questions {
    let worker: Worker
    let websiteID: String
    let range: Period

    /// The currencies of the range, if the params name one.
    func currencies(for params: JSONObject) throws(CommandError) -> JSONValue? {
      guard params["currency"] != nil else { return nil }
      return try worker.result(
        of: "reports.currencies", ReportArguments.currencyParams(websiteID: websiteID, range: range))
    }

    /// The end of a notice about filters: the values that no event has.
    func unknownValues(
      _ arguments: ReportArguments, _ params: JSONObject
    ) throws(CommandError) -> String {
      guard params["filters"] != nil else { return "" }
      do throws(RPCError) {
        return try worker.notes(onFiltersOf: params, of: arguments.kind.method)
          .map { "; \(displayable($0))" }.joined()
      } catch {
        throw .reply(error)
      }
    }

    /// The end of a notice about steps and goals that nothing matches: which ones may be meant.
    func nearestStep(
      _ arguments: ReportArguments, _ result: JSONValue, _ params: JSONObject
    ) throws(CommandError) -> String {
      var meant: [String] = []
      for step in arguments.missedSteps(of: result, params) {
        var request: JSONObject = ["type": .string(step.metric), "limit": 100_000]
        request.merge(ReportArguments.currencyParams(websiteID: websiteID, range: range))
        let names =
          try worker.result(of: "websites.metrics", request).array?.compactMap { $0["x"]?.string } ?? []
        if let nearest = step.nearest(among: names, { suggestedName(for: $0, among: $1) }) {
          meant.append(nearest)
        }
      }
      return meant.isEmpty ? "" : "; did you mean \(meant.joined(separator: " and "))?"
    }
  }

  private func withUsage<Value>(_ body: () throws(FlagError) -> Value) throws(CommandError) -> Value {
    do throws(FlagError) { return try body() } catch { throw usage(error.description) }
  }

  private func zoneRules() throws(CommandError) -> TimeZoneRules {
    do throws(TimeZoneError) {
      return try TimeZoneDatabase(directories: zoneDirectories(), files: .system).rules(
        named: arguments.timeZoneName)
    } catch {
      throw usage("--timezone: \(error)")
    }
  }
}

extension Worker {
  /// From the first to the last day with a measurement; nil if there is none. The store tells only when events were, and
  /// measurements are no events.
  fileprivate func measuredPeriod(
    _ arguments: ReportArguments, _ websiteID: String
  ) throws(CommandError) -> Period? {
    guard let always = Period(from: writableInstants.lowerBound, through: writableInstants.upperBound) else {
      return nil
    }
    var params = arguments.params(websiteID: websiteID, range: always)
    params["compare"] = nil
    var dates: JSONObject = params["dateRange"]?.object ?? JSONObject()
    dates["unit"] = "day"
    params["dateRange"] = .object(dates)
    let result: JSONValue
    do throws(CommandError) { result = try self.result(of: arguments.method, params) } catch {
      // The request for the range fails too, and says why.
      if case .reply = error { return nil }
      throw error
    }
    let days = result["chart"]?.array?.compactMap { $0["t"]?.string.flatMap { parseInstant($0) } } ?? []
    return Period(from: days.first, through: days.last)
  }

  /// What a text needs besides the result of a comparison; nil if nothing.
  fileprivate func comparedValues(
    _ result: JSONValue, _ context: ReportContext
  ) throws(CommandError) -> JSONValue? {
    guard let params = context.paramsOfComparedValues(result) else { return nil }
    do throws(CommandError) {
      return try self.result(of: context.arguments.method, params)
    } catch {
      // There may be too many points of all values. The text leaves out what it does not know.
      if case .reply(let reply) = error, reply.code == RPCError.Code.invalidParams { return nil }
      throw error
    }
  }

  /// The saved segments of a website.
  func segments(of websiteID: String) throws(CommandError) -> [JSONValue] {
    try savedReports(of: websiteID).filter { $0["type"] == "segment" }
  }

  /// The saved reports and segments of a website.
  func savedReports(of websiteID: String) throws(CommandError) -> [JSONValue] {
    var reports: [JSONValue] = []
    for page in Int64(1)... {
      let list = try result(
        of: "reports.list",
        ["websiteId": .string(websiteID), "page": .integer(page), "pageSize": 100])
      let data = list["data"]?.array ?? []
      reports += data
      if data.count < 100 { break }
    }
    return reports
  }
}

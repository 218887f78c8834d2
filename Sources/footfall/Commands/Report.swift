import Engine
import JSON
import JSONRPC
import Reporting
import Worker

/// `footfall report NAME STORE...`: prints one report.
struct Report {
  private var question: ReportQuestion
  private var options = WorkerOptions()
  private var format = ResultFormat.standard()
  /// The id, name or domain of a website.
  private var website: String?

  private static let websiteFlag = "--website"
  /// The id of the website of events that name none: the nil UUID.
  private static let noWebsite: JSONValue = "00000000-0000-0000-0000-000000000000"

  init(_ arguments: [String]) throws(CommandError) {
    var arguments = Arguments(arguments)
    guard case .operand(let name)? = arguments.next() else {
      throw .usage("report needs the name of a report first: \(Self.names)", help: Self.help())
    }
    question = ReportQuestion(try Self.kind(named: name))
    while let argument = arguments.next() {
      switch argument {
      case .operand(let path): options.paths.append(path)
      case .option(let name, let value): try take(name, value, from: &arguments)
      }
    }
    try options.checkPaths(of: "report \(name)")
    do throws(FlagError) { try question.checkComplete() } catch { throw usage(error.description) }
  }

  /// The report of that name.
  static func kind(named name: String) throws(CommandError) -> ReportKind {
    if let kind = ReportKind.all.first(where: { $0.name == name }) { return kind }
    let nearest = nearestName(to: name, among: ReportKind.all.map(\.name))
    throw .usage(
      "there is no report \"\(name)\""
        + (nearest.map { "; did you mean \"\($0)\"?" } ?? "; there are \(names)"),
      help: help())
  }

  private static let names = ReportKind.all.map(\.name).joined(separator: ", ")

  private static func help(_ name: String = "") -> String {
    "footfall report\(name.isEmpty ? "" : " ")\(name) --help"
  }

  private func usage(_ sentence: String) -> CommandError {
    .usage(sentence, help: Self.help(question.kind.name))
  }

  private mutating func take(
    _ name: String, _ value: String?, from arguments: inout Arguments
  ) throws(CommandError) {
    switch name {
    case ResultFormat.name: format = try ResultFormat(arguments.value(of: name, value))
    case Self.websiteFlag: website = try arguments.value(of: name, value)
    case _ where question.kind.flags.contains { $0.name == name }:
      let text = try arguments.value(of: name, value)
      do throws(FlagError) { _ = try question.take(name, text) } catch { throw usage(error.description) }
    default:
      if try options.take(name, value, from: &arguments) { return }
      let known =
        question.kind.flags.map(\.name) + [Self.websiteFlag, ResultFormat.name] + WorkerOptions.names
      let nearest = nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
      throw usage("report \(question.kind.name) has no flag \(name)\(nearest)")
    }
  }

  func run() throws(CommandError) -> ExitCode {
    var question = question
    let zone = try zoneRules()
    let worker = try options.makeWorker()
    let website = try chosenWebsite(worker)
    let events = Period(
      from: website["firstEvent"]?.string.flatMap { parseInstant($0) },
      through: website["lastEvent"]?.string.flatMap { parseInstant($0) })
    let range: Period
    do throws(FlagError) {
      range = try question.range(in: zone, events: events, now: currentMilliseconds())
    } catch {
      throw usage(error.description)
    }
    let name = websiteName(website)
    let notice = question.notice(of: range, events: events, website: name, in: zone)
    let id = website["id"]?.string ?? ""
    if question.lacksCurrency { try nameOnlyCurrency(&question, worker, id, range) }
    let params = question.params(websiteID: id, range: range)
    do throws(CommandError) {
      let context = ReportContext(question, params: params, website: name, range: range, zone: zone)
      try worker.print(question.kind.method, params, as: format) { reportText($0, context, on: $1) }
      if let notice { diagnose(notice) }
    } catch .reply(let error) where error.code == RPCError.Code.invalidParams {
      throw usage(sentence(error, params))
    }
    return .success
  }

  private func zoneRules() throws(CommandError) -> TimeZoneRules {
    do throws(TimeZoneError) {
      return try TimeZoneDatabase(directories: zoneDirectories()).rules(named: question.timeZoneName)
    } catch {
      throw usage("--timezone: \(error)")
    }
  }

  /// The website that is meant, as `websites.list` has it.
  private func chosenWebsite(_ worker: Worker) throws(CommandError) -> JSONValue {
    let all = try worker.result(of: "websites.list", [:]).array ?? []
    let list = all.map { "\(websiteName($0)) (\($0["id"]?.string ?? ""))" }.joined(separator: ", ")
    guard let website else {
      if let only = all.first, all.count == 1 { return only }
      throw usage(
        all.isEmpty ? "the store has no websites" : "--website must say which one; the store has \(list)")
    }
    if all.isEmpty { throw usage("the store has no websites") }
    let matches = all.filter { one in ["id", "name", "domain"].contains { one[$0]?.string == website } }
    if let match = matches.first, matches.count == 1 { return match }
    // Where all events name no website, this is the name of theirs, as it is for the other commands.
    if matches.isEmpty, all.count == 1, var nameless = all[0].object, nameless["id"] == Self.noWebsite {
      nameless["name"] = .string(website)
      return .object(nameless)
    }
    throw usage(
      matches.isEmpty
        ? "--website: there is no website \"\(website)\"; the store has \(list)"
        : "--website: \(matches.count) websites are called \"\(website)\"; give the id: \(list)")
  }

  /// Takes the currency that all money is in.
  private func nameOnlyCurrency(
    _ question: inout ReportQuestion, _ worker: Worker, _ id: String, _ range: Period
  ) throws(CommandError) {
    let params: JSONObject = [
      "websiteId": .string(id), "startDate": .string(formatInstant(range.start)),
      "endDate": .string(formatInstant(range.end)),
    ]
    let names = (try worker.result(of: "reports.currencies", params).array ?? []).compactMap {
      $0["currency"]?.string
    }
    switch names.count {
    case 0: throw usage("--currency must be given: no event of this range names one")
    case 1:
      do throws(FlagError) { _ = try question.take("--currency", names[0]) } catch {
        throw usage(error.description)
      }
    default: throw usage("--currency must be one of \(names.joined(separator: ", "))")
    }
  }

  /// What the worker says of the params, said of the flags that they were made of.
  private func sentence(_ error: RPCError, _ params: JSONObject) -> String {
    let errors = error.data?["errors"]?.array ?? []
    return errors.map { error in
      let (place, text) = (error["instanceLocation"]?.string ?? "", error["error"]?.string ?? "")
      let flag = question.flag(at: place) ?? place
      guard text.hasPrefix("must ") else { return "\(flag): \(text)" }
      // Of several values of a flag it should be clear which one is meant.
      let value = JSONPointer(place).flatMap { JSONValue.object(params)[$0]?.string }
      return "\(flag) \(text)" + (value.map { saysWhatIs(text) ? "" : ", is \"\($0)\"" } ?? "")
    }.joined(separator: "; ")
  }
}

/// Whether a sentence about a value shows it.
private func saysWhatIs(_ sentence: String) -> Bool {
  sentence.indices.contains { sentence[$0...].hasPrefix(", is ") }
}

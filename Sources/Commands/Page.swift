import Calendar
import Engine
import EventStore
import JSON
import JSONRPC
import Reporting
import System
import Worker

/// `footfall page STORE...`: writes a page with the charts of a website, or a page for each and an index.
struct PageCommand {
  static let ownNames = ["-o", "--sections", "--title", ReportArguments.websiteFlag]
  /// Saved reports that a page has, in the order of the list of saved reports.
  static let maximumReports = 50
  /// Currencies of which a page has the amounts.
  static let maximumCurrencies = 3

  fileprivate static let help = "footfall page --help"
  private static let standardOutputName = "-"

  fileprivate var options: WorkerOptions
  /// The flags that all sections have.
  fileprivate var common = WebsitePage.commonArguments
  fileprivate var sections = PageSection.all
  fileprivate var title: String?
  private var website: String?
  private var path = "page.html"
  /// The words of the command line that are not about the range, the website and the place of the page.
  fileprivate var words = ["page"]

  init(_ arguments: [String], _ servers: ServerStores) throws(CommandError) {
    options = WorkerOptions(servers)
    var rest = Arguments(arguments)
    while true {
      let before = rest.count
      guard let argument = rest.next() else { break }
      var isKept = true
      switch argument {
      case .operand(let path): options.paths.append(path)
      case .option(let name, let value): isKept = try take(name, value, from: &rest)
      }
      if isKept { words += arguments[(arguments.count - before)..<(arguments.count - rest.count)] }
    }
    try options.checkPaths(of: "page")
    try Self.withUsage { () throws(FlagError) in try common.checkComplete() }
  }

  /// Takes an option; returns whether a command that makes the page again has it too.
  private mutating func take(
    _ name: String, _ value: String?, from rest: inout Arguments
  ) throws(CommandError) -> Bool {
    switch name {
    case "-o":
      path = try rest.value(of: name, value)
      if path.isEmpty || path.hasSuffix("/") {
        throw .usage("\(name) needs the name of a file, such as page.html", help: Self.help)
      }
      return false
    case "--title": title = try rest.value(of: name, value)
    case "--sections":
      let list = try rest.value(of: name, value)
      sections = try Self.withUsage { () throws(FlagError) in try PageSection.named(list) }
    case ReportArguments.websiteFlag:
      website = try rest.value(of: name, value)
      return false
    case _ where WebsitePage.flags.contains(name):
      let text = try rest.value(of: name, value, isList: true)
      _ = try Self.withUsage { () throws(FlagError) in try common.take(name, text) }
      return !PeriodFlags.names.contains(name) || name == "--timezone"
    default:
      if try options.take(name, value, from: &rest) { break }
      throw .unknownOption(name, of: "page", known: WebsitePage.flags + Self.ownNames + WorkerOptions.names)
    }
    return true
  }

  func run() throws(CommandError) -> ExitCode {
    let zone = try zoneRules(named: common.timeZoneName, of: "--timezone")
    let worker = try options.makeWorker()
    let websites = try worker.result(of: "websites.list", [:]).array ?? []
    if websites.isEmpty { throw .usage(options.emptyReason(), help: Self.help) }
    let progress = SectionProgress()
    defer { progress.finish() }
    if website != nil || websites.count == 1 {
      let chosen = try Self.withUsage { () throws(FlagError) in
        try ReportArguments.website(website, among: websites)
      }
      let maker = try WebsitePageMaker(self, chosen, worker, zone, progress)
      let page = try maker.page(isOnly: websites.count == 1).page
      progress.finish()
      return try finish(
        [(path, page.html)], of: "a page of \(counted(page.figureCount, "figure", "figures"))")
    }
    return try writePages(of: websites, worker, zone, progress)
  }

  /// Writes a page for each website, and an index that links to them.
  private func writePages(
    of websites: [JSONValue], _ worker: Worker, _ zone: TimeZoneRules, _ progress: SectionProgress
  ) throws(CommandError) -> ExitCode {
    if path == Self.standardOutputName {
      throw .usage(
        "several websites need files: name one with -o, or one website with --website", help: Self.help)
    }
    let (folder, stem, ending) = Self.divided(path)
    var files: [(path: String, html: String)] = []
    var entries: [(name: String, file: String, stats: JSONValue)] = []
    for website in websites {
      let maker = try WebsitePageMaker(self, website, worker, zone, progress)
      let name = stem + "-" + fileNamePart(maker.name)
      var file = name + ending
      var number = 2
      while entries.contains(where: { $0.file == file }) {
        file = "\(name)-\(number)\(ending)"
        number += 1
      }
      let made = try maker.page(isOnly: false)
      files.append((folder + file, made.page.html))
      let stats = if let stats = made.stats { stats } else { try maker.stats() }
      entries.append((maker.name, file, stats))
    }
    let index = indexPage(entries, title: title, options.origin(of: words))
    progress.finish()
    // The index comes last: whoever sees it finds the pages.
    return try finish(
      files + [(path, index.html)], of: "an index of \(counted(websites.count, "page", "pages"))")
  }

  private func finish(
    _ files: [(path: String, html: String)], of what: String
  ) throws(CommandError) -> ExitCode {
    if path == Self.standardOutputName {
      for file in files { try writeStandardOutput(file.html) }
      return .success
    }
    do throws(StoreError) {
      for file in files { try replaceFile(file.path, with: file.html) }
    } catch {
      throw .store(error)
    }
    try writeStandardOutput("\(displayable(path)): \(what)\n")
    return .success
  }

  /// The folder of a path, with its `/`, and the name of the file before and from its last dot.
  private static func divided(_ path: String) -> (folder: String, stem: String, ending: String) {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let name = path[start...]
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else {
      return (String(path[..<start]), String(name), "")
    }
    return (String(path[..<start]), String(name[..<dot]), String(name[dot...]))
  }

  fileprivate static func withUsage<Value>(
    _ body: () throws(FlagError) -> Value
  ) throws(CommandError) -> Value {
    do throws(FlagError) { return try body() } catch { throw .usage(error.description, help: help) }
  }
}

/// Makes the page of one website from ordinary requests.
private struct WebsitePageMaker {
  private let command: PageCommand
  private let id: String
  let name: String
  private let worker: Worker
  private let zone: TimeZoneRules
  private let range: Period
  private let common: ReportArguments
  private let progress: SectionProgress

  init(
    _ command: PageCommand, _ website: JSONValue, _ worker: Worker, _ zone: TimeZoneRules,
    _ progress: SectionProgress
  ) throws(CommandError) {
    (self.command, self.worker, self.zone, self.progress) = (command, worker, zone, progress)
    (id, name) = (website["id"]?.string ?? "", websiteName(website))
    let events = Period(
      from: website["firstEvent"]?.string.flatMap { parseInstant($0) },
      through: website["lastEvent"]?.string.flatMap { parseInstant($0) })
    let segments = command.common.segmentNames.isEmpty ? [] : try worker.segments(of: id)
    (common, range) = try PageCommand.withUsage { () throws(FlagError) in
      var common = command.common
      try common.resolveSegments(segments)
      return (common, try common.range(in: zone, events: events, now: currentMilliseconds()))
    }
  }

  /// The totals of the range, for the index.
  func stats() throws(CommandError) -> JSONValue {
    try worker.result(of: common.method, common.params(websiteID: id, range: range))
  }

  /// Returns the page, and the totals that it has.
  func page(isOnly: Bool) throws(CommandError) -> (page: Page, stats: JSONValue?) {
    var stats: JSONValue?
    var page = WebsitePage(common, website: name, range: range, zone: zone)
    for (number, section) in command.sections.enumerated() {
      progress.show(section.name, number, of: command.sections.count)
      switch section.name {
      case "segments": try addSegments(to: &page)
      case "reports": try addReports(to: &page)
      default:
        let currencies = WebsitePage.needsCurrency(section) ? try self.currencies() : [nil]
        for currency in currencies {
          let result = try add(section, currency: currency, to: &page)
          if section.name == "summary" { stats = result }
        }
      }
    }
    var words = command.words
    if !isOnly { words += [ReportArguments.websiteFlag, name] }
    words += ReportArguments.rangeWords(range, in: zone)
    return (page.page(title: command.title, command.options.origin(of: words)), stats)
  }

  /// Adds a section, and returns the result of its report.
  private func add(
    _ section: PageSection, currency: String?, to page: inout WebsitePage
  ) throws(CommandError) -> JSONValue? {
    let arguments = try PageCommand.withUsage { () throws(FlagError) in
      try page.arguments(of: section, currency: currency)
    }
    guard let arguments else { return nil }
    let params = arguments.params(websiteID: id, range: range)
    let result: JSONValue
    do throws(CommandError) { result = try worker.result(of: arguments.method, params) } catch {
      guard case .reply(let reply) = error, reply.code == RPCError.Code.invalidParams else { throw error }
      let errors = reply.data?["errors"]?.array ?? []
      if section.isLeftOutIfRefused, errors.allSatisfy({ $0["instanceLocation"] == "/filters" }) {
        return nil
      }
      throw .usage(arguments.sentence(for: errors, of: params), help: PageCommand.help)
    }
    page.add(result, of: section, arguments, params: params)
    return result
  }

  private func currencies() throws(CommandError) -> [String?] {
    let params = ReportArguments.currencyParams(websiteID: id, range: range)
    let names = try worker.result(of: "reports.currencies", params).array ?? []
    return names.prefix(PageCommand.maximumCurrencies).map { $0["currency"]?.string }
  }

  private func addReports(to page: inout WebsitePage) throws(CommandError) {
    let reports = try worker.savedReports(of: id).filter { !Self.isSegment($0) }
    for report in reports.prefix(PageCommand.maximumReports) {
      let name = report["name"]?.string ?? ""
      do throws(RPCError) {
        page.add(
          try worker.figures(ofReport: report["id"]?.string ?? "", replacing: replacements(of: report)),
          ofReport: name)
      } catch {
        page.add(failure: "This report cannot be run: \(error.message)", ofReport: name)
      }
    }
    let more = reports.count - PageCommand.maximumReports
    if more > 0 {
      page.add(
        failure: "\(counted(more, "saved report is", "saved reports are")) not on this page.",
        ofReport: "Further reports")
    }
  }

  private func addSegments(to page: inout WebsitePage) throws(CommandError) {
    for segment in try worker.savedReports(of: id).filter(Self.isSegment) {
      let name = segment["name"]?.string ?? ""
      var params = common.params(websiteID: id, range: range)
      params["compare"] = nil
      params["filters"] = .array(common.conditions + [["segment": segment["id"] ?? ""]])
      do throws(CommandError) {
        page.add(try worker.result(of: common.method, params), ofSegment: name)
      } catch {
        page.add(failure: "This segment cannot be used: \(error.description)", ofReport: name)
      }
    }
  }

  private static func isSegment(_ report: JSONValue) -> Bool {
    report["type"] == "segment" || report["type"] == "cohort"
  }

  /// The range of the page, and its filters next to those of the report.
  private func replacements(of report: JSONValue) -> JSONObject {
    let own = common.params(websiteID: id, range: range)
    var params: JSONObject = ["dateRange": own["dateRange"] ?? .null]
    if let zone = own["timezone"] { params["timezone"] = zone }
    let conditions = common.conditions
    if conditions.isEmpty { return params }
    let text = report["parameters"]?.string ?? ""
    let saved = try? JSONValue(parsing: Array(text.utf8), maximumDepth: Limits.nesting)
    params["filters"] = .array((saved?["filters"]?.array ?? []) + conditions)
    return params
  }
}

/// The progress of the sections of a page on stderr.
private final class SectionProgress {
  private static let isTerminal = standardErrorIsTerminal()
  private var pace = SectionProgress.newPace()

  private static func newPace() -> ProgressPace {
    ProgressPace(firstMilliseconds: 2_000, intervalMilliseconds: isTerminal ? 100 : 5_000)
  }

  func show(_ section: String, _ number: Int, of count: Int) {
    guard pace.secondsIfDue(at: currentMilliseconds()) != nil else { return }
    let text = "\(number) of \(count) sections, now \(section)"
    if Self.isTerminal { writeStandardError("\r\u{1B}[K\(text)") } else { diagnose(text) }
  }

  /// Clears the line to make room for another.
  func finish() {
    if Self.isTerminal, pace.hasShown { writeStandardError("\r\u{1B}[K") }
    pace = Self.newPace()
  }
}

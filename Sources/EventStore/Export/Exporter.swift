import Calendar
import Engine
import System

/// Writes the events of a store, with their properties and the websites and saved reports, as CSV files with the columns
/// of Umami's exports. Loaded again, these files give the same answers.
///
/// Rows are read and written one after another. The files appear when all are complete; a failed or cancelled export
/// leaves none. `paths` are those of ``EventStore/open(_:options:in:diagnostics:)``.
///
/// Throws the errors of reading the store, `usage` if the folder has an export already, if it has one of the files under
/// a name of an export or if no event is of the website, and `cancelled`.
public func exportEvents(
  of paths: [String], to folderPath: String, options: ExportOptions = ExportOptions(),
  in context: LoadContext = LoadContext(), diagnostics: @escaping Diagnostics
) throws(StoreError) -> ExportSummary {
  var opening = OpenOptions()
  opening.rules = options.rules
  opening.isReadOnly = true
  try ExportFolder.check(folderPath, hasNoneOf: paths)
  let files = try ClassifiedFiles(
    paths, options.rules,
    ReadingResources(temporaryFolder: options.temporaryFolder, isCancelled: context.isCancelled))
  let inputs = try StoreContents(files, opening, context)
  try inputs.checkEvents()
  let folder = try ExportFolder(folderPath, replacesFiles: options.replacesFiles)
  do throws(StoreError) {
    inputs.notes.forEach(diagnostics)
    let exporter = try Exporter(folder, options, context, bytesTotal: inputs.bytesTotal, diagnostics)
    let summary = try inputs.reading { () throws(StoreError) in try exporter.run(inputs) }
    try folder.finish()
    return summary
  } catch {
    folder.discard()
    throw error
  }
}

private final class Exporter {
  private let folder: ExportFolder
  private let options: ExportOptions
  private let context: LoadContext
  private let progress: ProgressSum
  private let diagnostics: Diagnostics
  private let badRows: BadRows
  private var events: CSVWriter
  private var properties: CSVWriter
  /// Nil until there is an amount, because few stores have any.
  private var amounts: CSVWriter?
  private var summary = ExportSummary()
  private var ids = ContentIDs()
  /// The id of the only exported website.
  private var websiteID: [UInt8]?
  /// Hashes of the ids of exported events, if some are left out.
  private var exported: Set<UInt64> = []
  private var eventRows = RowCounts()
  private var propertyRows = RowCounts()
  /// How many properties of written events could not be written.
  private var lostProperties = 0
  private var reportedBytes = 0
  private var unreportedRows = 0

  private static let rowsPerReport = 1024

  init(
    _ folder: ExportFolder, _ options: ExportOptions, _ context: LoadContext, bytesTotal: Int,
    _ diagnostics: @escaping Diagnostics
  ) throws(StoreError) {
    self.folder = folder
    self.options = options
    self.context = context
    self.diagnostics = diagnostics
    progress = ProgressSum(bytesTotal: bytesTotal, context.progress)
    badRows = BadRows(isStrict: options.rules.isStrict, diagnostics: diagnostics)
    events = try CSVWriter(
      try folder.makeFile("website_event.csv"), header: EventField.allCases.map(\.rawValue))
    properties = try CSVWriter(
      try folder.makeFile("event_data.csv"), header: PropertyField.allCases.map(\.rawValue))
  }

  func run(_ inputs: StoreContents) throws(StoreError) -> ExportSummary {
    // A website or report that several files have counts once, as when they are imported.
    let named = distinct(try inputs.readWebsites(badRows: badRows)) { $0.id }
    let websites = try selectWebsites(named)
    let reports = distinct(try inputs.readReports(badRows: badRows)) { $0.id }
    let sessions = try inputs.readSessions(badRows: badRows) { () throws(StoreError) in
      if context.isCancelled() { throw .cancelled }
    }
    var clockChanges = ClockChangeCount()
    for input in inputs.rows {
      reportedBytes = 0
      let badBefore = badRows.count
      let changes = try input.forEachRow(
        sessions: sessions, badRows: badRows, isCancelled: context.isCancelled
      ) { event, bytesDone throws(StoreError) in
        report(bytesDone)
        let defect = try write(&event)
        if defect == nil { eventRows.good += 1 }
        return defect
      } property: { property, bytesDone throws(StoreError) in
        report(bytesDone)
        let defect = try write(property)
        if defect == nil { propertyRows.good += 1 }
        return defect
      } amount: { amount, bytesDone throws(StoreError) in
        report(bytesDone)
        let defect = try write(amount)
        if defect == nil { propertyRows.good += 1 }
        return defect
      }
      if case .events = input.layout {
        eventRows.bad += badRows.count - badBefore
      } else {
        propertyRows.bad += badRows.count - badBefore
      }
      clockChanges.add(changes)
      try input.table.checkUnchanged()
      progress.add(bytes: input.table.byteCount - reportedBytes, rows: unreportedRows)
      unreportedRows = 0
    }
    badRows.finish()
    for line in clockChanges.lines { diagnostics(line) }
    let rest = lostProperties - BadRows.reportedLimit
    if rest > 0 { diagnostics("\(rest) more properties are left out, \(lostProperties) in total") }
    try badRows.checkShareOfBadRows(events: eventRows, properties: propertyRows)
    if let website = options.website, summary.events == 0, websites.isEmpty {
      throw .usage("there are no events of a website \"\(website)\" in this range")
    }
    if context.isCancelled() { throw .cancelled }
    try events.finish()
    try properties.finish()
    try amounts?.finish()
    try write(websites)
    try write(reports)
    summary.badRows = badRows.count
    return summary
  }

  /// Reports progress from time to time.
  private func report(_ bytesDone: Int) {
    unreportedRows += 1
    guard unreportedRows == Self.rowsPerReport else { return }
    progress.add(bytes: bytesDone - reportedBytes, rows: unreportedRows)
    (reportedBytes, unreportedRows) = (bytesDone, 0)
  }

  /// Finds the id of the website to export, and returns the names to export.
  private func selectWebsites(_ named: [NamedWebsite]) throws(StoreError) -> [NamedWebsite] {
    guard let wanted = options.website else { return named }
    let found = named.filter { [$0.id, $0.name, $0.domain].contains(wanted) }
    let distinct = Set(found.map { Array($0.id.utf8) })
    guard distinct.count < 2 else {
      throw .usage(
        "\(distinct.count) websites are called \"\(wanted)\"; give the id: \(list(found.map(\.id)))")
    }
    websiteID = Array((found.first?.id ?? wanted).utf8)
    return found
  }

  private func isSelected(_ row: EventRow) -> Bool {
    if let first = options.firstMilliseconds, row.createdAtMilliseconds < first { return false }
    if let last = options.lastMilliseconds, row.createdAtMilliseconds > last { return false }
    return websiteID?.elementsEqual(row.websiteID) ?? true
  }

  private func write(_ event: inout ReadEvent) throws(StoreError) -> RowDefect? {
    let (fields, layout) = (event.fields, event.layout)
    // Counted whether it is selected or not, so that an event has one id in all exports.
    if event.row.eventID.isEmpty {
      event.row.eventID = fields.keep(ids.next(ContentHash(event.row, fields, layout)))
    }
    let row = event.row
    guard isSelected(row) else { return nil }
    for (field, slot) in zip(EventField.allCases, layout.slots) {
      switch field {
      case .websiteID: events.quote(row.websiteID)
      case .eventID: events.quote(row.eventID)
      case .eventType: events.bare(String(row.eventType))
      case .createdAt: events.quote(timeText(row.createdAtMilliseconds))
      case .lcp, .inp, .cls, .fcp, .ttfb: events.number(fields[slot])
      default: events.quote(fields[slot])
      }
    }
    if let defect = try events.endRow() { return defect }
    summary.events += 1
    if options.isSelective { exported.insert(identityHash(row.eventID)) }
    for property in fields.properties {
      guard let defect = try write(property, of: row) else { continue }
      if options.rules.isStrict { return defect }
      // The event and its other properties stay.
      lostProperties += 1
      if lostProperties <= BadRows.reportedLimit {
        diagnostics("property \(shown(property.key)) of event \(shown(row.eventID)) is left out: \(defect)")
      }
    }
    return nil
  }

  /// Writes a property of a row, as Umami's collector stores it.
  private func write(_ property: RowProperty, of event: EventRow) throws(StoreError) -> RowDefect? {
    for field in PropertyField.allCases {
      switch field {
      case .websiteID: properties.quote(event.websiteID)
      case .sessionID: properties.quote(event.sessionID)
      case .eventID: properties.quote(event.eventID)
      case .urlPath: properties.quote(event[.urlPath])
      case .eventName: properties.quote(event[.eventName])
      case .dataKey: properties.quote(property.key)
      case .stringValue: properties.quote(property.text)
      case .numberValue: properties.bare(property.numberTenThousandths.map(shortestDecimal) ?? "")
      case .dateValue:
        if property.type == .date { properties.quote(property.text) } else { properties.bare("") }
      case .dataType: properties.bare(property.type.map { String($0.rawValue) } ?? "")
      case .createdAt: properties.quote(timeText(event.createdAtMilliseconds))
      case .jobID: properties.bare("")
      }
    }
    return try endProperty()
  }

  private func write(_ property: ReadProperty) throws(StoreError) -> RowDefect? {
    let row = property.decoder.row
    if options.isSelective, !exported.contains(identityHash(row.eventID)) { return nil }
    for (field, slot) in zip(PropertyField.allCases, property.layout.slots) {
      switch field {
      case .numberValue: properties.bare(row.numberTenThousandths.map(shortestDecimal) ?? "")
      case .createdAt: properties.quote(property.decoder.createdAtMilliseconds.map(timeText) ?? "")
      case .dataType: properties.number(property.fields[slot])
      default: properties.quote(property.fields[slot])
      }
    }
    return try endProperty()
  }

  private func write(_ amount: ReadAmount) throws(StoreError) -> RowDefect? {
    let row = amount.decoder.row
    if options.isSelective, !exported.contains(identityHash(row.eventID)) { return nil }
    if amounts == nil {
      amounts = try CSVWriter(
        try folder.makeFile("revenue.csv"), header: RevenueField.allCases.map(\.rawValue))
    }
    for (field, slot) in zip(RevenueField.allCases, amount.layout.slots) {
      switch field {
      case .revenue: amounts?.bare(row.numberTenThousandths.map(shortestDecimal) ?? "")
      case .createdAt: amounts?.quote(amount.decoder.createdAtMilliseconds.map(timeText) ?? "")
      default: amounts?.quote(amount.fields[slot])
      }
    }
    let defect = try amounts?.endRow() ?? nil
    if defect == nil { summary.amounts += 1 }
    return defect
  }

  private func endProperty() throws(StoreError) -> RowDefect? {
    let defect = try properties.endRow()
    if defect == nil { summary.properties += 1 }
    return defect
  }

  private func write(_ websites: [NamedWebsite]) throws(StoreError) {
    if websites.isEmpty { return }
    var writer = try CSVWriter(
      try folder.makeFile("website.csv"), header: ["website_id", "name", "domain"])
    for website in websites {
      for text in [website.id, website.name, website.domain] { writer.quote(text) }
      if let defect = try writer.endRow() {
        diagnostics("website \(website.id) is left out: \(defect)")
      } else {
        summary.websites += 1
      }
    }
    try writer.finish()
  }

  private func write(_ all: [SavedReport]) throws(StoreError) {
    let reports = all.filter { report in websiteID?.elementsEqual(report.websiteID.utf8) ?? true }
    if reports.isEmpty { return }
    var writer = try CSVWriter(try folder.makeFile("report.csv"), header: ClassifiedTables.reportColumns)
    for report in reports {
      let texts = [
        report.id, report.userID, report.websiteID, report.type, report.name, report.description,
        report.parameters, timeText(report.createdAtMilliseconds), timeText(report.updatedAtMilliseconds),
      ]
      for text in texts { writer.quote(text) }
      if let defect = try writer.endRow() {
        diagnostics("saved report \(report.id) is left out: \(defect)")
      } else {
        summary.reports += 1
      }
    }
    try writer.finish()
  }
}

/// The first of all elements with the same id, in order.
private func distinct<Element>(_ all: [Element], _ id: (Element) -> String) -> [Element] {
  var known: Set<[UInt8]> = []
  return all.filter { known.insert(Array(id($0).utf8)).inserted }
}

/// `2026-03-01 10:00:00`, with milliseconds unless they are zero.
private func timeText(_ milliseconds: Int64) -> String {
  var text = Array(formatInstant(milliseconds).utf8)
  // As Umami's exports have it. A year that needs a sign keeps the form of ISO 8601.
  guard text.count > 11, text[10] == UInt8(ascii: "T"), text.last == UInt8(ascii: "Z") else {
    return String(decoding: text, as: UTF8.self)
  }
  text[10] = UInt8(ascii: " ")
  text.removeLast()
  return String(decoding: text, as: UTF8.self)
}

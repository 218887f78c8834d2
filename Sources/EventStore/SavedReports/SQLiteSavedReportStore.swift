import Engine
import System

/// Saved reports in the table `report` of an SQLite file, which may be Umami's own.
///
/// Times are written as milliseconds and read in any notation. Ids stored as blobs of 16 bytes are found by
/// their UUID. The table is created when the first report is saved.
///
/// The rows of Umami's table `segment` are saved reports too, which cannot be changed.
final class SQLiteSavedReportStore: SavedReportStore {
  private let connection: Connection
  /// Whether this program created the file.
  private let isFootfallStore: Bool
  private let maximumCount: Int
  private var timesAreMilliseconds: Bool { isFootfallStore }

  init(_ connection: Connection, isFootfallStore: Bool, maximumCount: Int) {
    self.connection = connection
    self.isFootfallStore = isFootfallStore
    self.maximumCount = maximumCount
  }

  var isDurable: Bool { true }

  func all() throws(StoreError) -> [SavedReport] {
    let reports = try read(.report, "''", where: "") { (_) throws(StoreError) in }
    return reports + (try read(.segment, "''", where: "") { (_) throws(StoreError) in })
  }

  /// The reports of the table `report`, with their parameters.
  func allWithParameters() throws(StoreError) -> [SavedReport] {
    try read(.report, "parameters", where: "") { (_) throws(StoreError) in }
  }

  func report(_ id: String) throws(StoreError) -> SavedReport? {
    if let report = try report(id, in: .report) { return report }
    return try report(id, in: .segment)
  }

  private func report(_ id: String, in table: SavedReport.Table) throws(StoreError) -> SavedReport? {
    try read(table, "parameters", where: "WHERE \(Self.hasID(table))") { statement throws(StoreError) in
      try bindID(id, to: statement)
    }.first
  }

  func insert(_ report: SavedReport) throws(StoreError) -> Bool {
    try write { () throws(StoreError) in try add(report) }
  }

  /// Does the same within a transaction of the caller.
  func add(_ report: SavedReport) throws(StoreError) -> Bool {
    if try !tableExists() { try connection.execute(StoreSchema.reportTable) }
    guard try self.report(report.id) == nil else { return false }
    let statement = try connection.prepare(
      """
      INSERT INTO report (user_id, website_id, type, name, description, parameters, created_at, updated_at, report_id)
      VALUES (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?1)
      """)
    try bind(report, to: statement)
    try statement.run()
    return true
  }

  func update(
    _ id: String, _ change: (inout SavedReport) -> Void
  ) throws(StoreError) -> SavedReport? {
    try write { () throws(StoreError) in
      guard var report = try self.report(id, in: .report) else {
        try refuseSegment(id)
        return nil
      }
      change(&report)
      let statement = try connection.prepare(
        """
        UPDATE report SET user_id = ?3, website_id = ?4, type = ?5, name = ?6, description = ?7, parameters = ?8,
          created_at = ?9, updated_at = ?10
        WHERE \(Self.hasID(.report))
        """)
      try bind(report, to: statement)
      try statement.run()
      return report
    }
  }

  func delete(_ id: String) throws(StoreError) -> Bool {
    try write { () throws(StoreError) in
      guard try tableExists() else {
        try refuseSegment(id)
        return false
      }
      let statement = try connection.prepare("DELETE FROM report WHERE \(Self.hasID(.report))")
      try bindID(id, to: statement)
      try statement.run()
      let isDeleted = connection.changes > 0
      if !isDeleted { try refuseSegment(id) }
      return isDeleted
    }
  }

  /// Throws if the table `segment` has this id.
  private func refuseSegment(_ id: String) throws(StoreError) {
    guard try report(id, in: .segment) != nil else { return }
    throw .unwritable(
      path: connection.path,
      sentence: "has \"\(id)\" in Umami's table segment, which is only read; change it in Umami")
  }

  private func write<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    if connection.isReadOnly { throw .readOnly(path: connection.path) }
    return try connection.transaction(.writing) { () throws(StoreError) in
      let changesBefore = connection.totalChanges
      let result = try body()
      // A transaction without changes is no commit that others would have to examine.
      if isFootfallStore, connection.totalChanges > changesBefore {
        try ChangeLog.recordCommit(in: connection)
      }
      return result
    }
  }

  private func tableExists() throws(StoreError) -> Bool {
    try !TableColumns("report", in: connection).isMissing
  }

  /// The columns of a table, its key first; nil if the file has no such table.
  private func columns(_ table: SavedReport.Table, _ parameters: String) throws(StoreError) -> String? {
    switch table {
    case .report:
      guard try tableExists() else { return nil }
      return
        "report_id, user_id, website_id, type, name, description, \(parameters), created_at, updated_at"
    case .segment:
      let found = try TableColumns("segment", in: connection)
      guard ["segment_id", "type", "parameters"].allSatisfy(found.has) else { return nil }
      func column(_ name: String) -> String { found.has(name) ? name : "''" }
      return [
        "segment_id", "'00000000-0000-0000-0000-000000000000'", column("website_id"), "type", column("name"),
        "''", parameters,
        column("created_at"), column("updated_at"),
      ].joined(separator: ", ")
    }
  }

  private func read(
    _ table: SavedReport.Table, _ parameters: String, where condition: String,
    _ bind: (Statement) throws(StoreError) -> Void
  ) throws(StoreError) -> [SavedReport] {
    guard let columns = try columns(table, parameters) else { return [] }
    let name = table == .report ? "report" : "segment"
    let statement = try connection.prepare("SELECT \(columns) FROM \(name) \(condition)")
    try bind(statement)
    let times = TimestampParser()
    var reports: [SavedReport] = []
    while try statement.step() {
      guard reports.count < maximumCount else {
        throw .unusableFile(
          path: connection.path,
          sentence: "has more than \(maximumCount) rows in table \(name), which is the limit")
      }
      let created = (try? statement.timestamp(7, times, isMilliseconds: timesAreMilliseconds)) ?? 0
      var report = SavedReport(
        id: statement.identifierText(0), userID: statement.identifierText(1),
        websiteID: statement.identifierText(2), type: statement.text(3), name: statement.text(4),
        description: statement.text(5), parameters: statement.text(6), createdAtMilliseconds: created,
        updatedAtMilliseconds: (try? statement.timestamp(8, times, isMilliseconds: timesAreMilliseconds))
          ?? created)
      report.table = table
      reports.append(report)
    }
    return reports
  }

  private func bind(_ report: SavedReport, to statement: Statement) throws(StoreError) {
    try bindID(report.id, to: statement)
    try statement.bind(report.userID, at: 3)
    try statement.bind(report.websiteID, at: 4)
    try statement.bind(report.type, at: 5)
    try statement.bind(report.name, at: 6)
    try statement.bind(report.description, at: 7)
    try statement.bind(report.parameters, at: 8)
    try statement.bind(report.createdAtMilliseconds, at: 9)
    try statement.bind(report.updatedAtMilliseconds, at: 10)
  }

  /// An id may be a text, the 16 bytes of a UUID, or a text stored as a blob.
  private static func hasID(_ table: SavedReport.Table) -> String {
    "\(table == .report ? "report_id" : "segment_id") IN (?1, ?2, CAST(?1 AS BLOB))"
  }

  /// Binds the id as text at 1, and at 2 as the blob that a UUID may be stored as.
  private func bindID(_ id: String, to statement: Statement) throws(StoreError) {
    try statement.bind(id, at: 1)
    if let uuid = UUIDBits(id) {
      try statement.bind(blob: uuid.bytes, at: 2)
    } else {
      try statement.bindNull(at: 2)
    }
  }
}

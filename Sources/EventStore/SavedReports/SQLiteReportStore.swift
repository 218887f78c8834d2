import Engine
import System

/// Saved reports in the table `report` of an SQLite file, which may be Umami's own.
///
/// Times are written as milliseconds and read in any notation. Ids stored as blobs of 16 bytes are found by
/// their UUID. The table is created when the first report is saved.
final class SQLiteReportStore: SavedReportStore {
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

  func all() throws(StoreError) -> [SavedReport] { try all(withParameters: false) }

  func all(withParameters: Bool) throws(StoreError) -> [SavedReport] {
    try read(withParameters ? "parameters" : "''", where: "") { (_) throws(StoreError) in }
  }

  func report(_ id: String) throws(StoreError) -> SavedReport? {
    try read("parameters", where: "WHERE \(Self.hasID)") { statement throws(StoreError) in
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
      guard var report = try self.report(id) else { return nil }
      change(&report)
      let statement = try connection.prepare(
        """
        UPDATE report SET user_id = ?3, website_id = ?4, type = ?5, name = ?6, description = ?7, parameters = ?8,
          created_at = ?9, updated_at = ?10
        WHERE \(Self.hasID)
        """)
      try bind(report, to: statement)
      try statement.run()
      return report
    }
  }

  func delete(_ id: String) throws(StoreError) -> Bool {
    try write { () throws(StoreError) in
      guard try tableExists() else { return false }
      let statement = try connection.prepare("DELETE FROM report WHERE \(Self.hasID)")
      try bindID(id, to: statement)
      try statement.run()
      return connection.changes > 0
    }
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

  private func read(
    _ parameters: String, where condition: String, _ bind: (Statement) throws(StoreError) -> Void
  ) throws(StoreError) -> [SavedReport] {
    guard try tableExists() else { return [] }
    let statement = try connection.prepare(
      """
      SELECT report_id, user_id, website_id, type, name, description, \(parameters), created_at, updated_at
      FROM report \(condition)
      """)
    try bind(statement)
    let times = TimestampParser()
    var reports: [SavedReport] = []
    while try statement.step() {
      guard reports.count < maximumCount else {
        throw .unusableFile(
          path: connection.path,
          sentence: "has more than \(maximumCount) rows in table report, which is the limit")
      }
      let created = (try? statement.timestamp(7, times, isMilliseconds: timesAreMilliseconds)) ?? 0
      reports.append(
        SavedReport(
          id: statement.identifierText(0), userID: statement.identifierText(1),
          websiteID: statement.identifierText(2), type: statement.text(3), name: statement.text(4),
          description: statement.text(5), parameters: statement.text(6), createdAtMilliseconds: created,
          updatedAtMilliseconds: (try? statement.timestamp(8, times, isMilliseconds: timesAreMilliseconds))
            ?? created))
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
  private static let hasID = "report_id IN (?1, ?2, CAST(?1 AS BLOB))"

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

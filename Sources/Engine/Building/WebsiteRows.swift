/// The events of one website that one builder has taken, in order of arrival. Sessions, visits and texts
/// have numbers and codes that mean something in here only.
///
/// A class, so that what is collected stands in one place whoever holds it, and can be given up column by
/// column.
final class WebsiteRows {
  let id: String
  private(set) var columns = Columns()

  struct Columns {
    var sessions = CodePages()
    /// Number + 1, and 0 for a visit id that was missing.
    var visits = CodePages()
    var times: [Int64] = []
    var types: [UInt8] = []
    var paidAds: [UInt8] = []
    /// Of all rows or of none.
    var rowIDs: [Int64] = []
    /// By `TextColumn`.
    var texts = TextColumn.allCases.map { _ in TextCodes() }
    var sessionNumbers = IdentifierTable()
    var visitNumbers = IdentifierTable()
  }

  init(id: String) { self.id = id }

  var rowCount: Int { columns.times.count }

  func append(_ row: EventRow) { columns.append(row) }

  /// Gives up everything that was collected.
  func take() -> Columns {
    var taken = Columns()
    swap(&taken, &columns)
    return taken
  }
}

extension WebsiteRows.Columns {
  mutating func append(_ row: EventRow) {
    sessions.append(sessionNumbers.number(of: row.sessionID).number)
    visits.append(row.visitID.isEmpty ? 0 : visitNumbers.number(of: row.visitID).number + 1)
    times.append(row.createdAtMilliseconds)
    types.append(row.eventType)
    paidAds.append(row.paidAd.rawValue)
    if row.rowID != 0 { rowIDs.append(row.rowID) }
    var texts = texts.mutableSpan
    for column in texts.indices { texts[column].append(row.texts[column]) }
  }
}

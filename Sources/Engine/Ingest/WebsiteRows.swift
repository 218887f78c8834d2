/// The events of one website, or its measurements, that one builder has ingested, in input order. The numbers of sessions and
/// visits and the codes of texts are valid only within this object.
///
/// A class, so that all holders share one copy of the rows, and assembly can free it column by column.
final class WebsiteRows {
  let id: String
  /// The index + 1, in the builder, of the batch (see `ColumnsBuilder.Batch`) that contains the latest row.
  var latestBatch = -1
  /// One for each measurement; empty for events.
  var vitals: [WebVitals] = []
  private var columns = Columns()
  private let page = PageBuffer(columnCount: PageColumn.count)
  private let sessionCache = SessionCache()

  struct Columns {
    var sessions = PagedCodes()
    /// Number + 1, or 0 if the visit id is missing.
    var visits = PagedCodes()
    var times = PagedValues<Int64>()
    var types = PagedValues<UInt8>()
    var clickIDs = PagedValues<UInt8>()
    /// One for each row; fewer if some rows have no id.
    var rowIDs = PagedValues<Int64>()
    /// By `TextColumn`.
    var texts = TextColumn.allCases.map { _ in EncodedText() }
    var sessionNumbers = IdentifierTable()
    var visitNumbers = IdentifierTable()
  }

  /// The columns of an open page; the text columns follow.
  fileprivate enum PageColumn {
    static let sessions = 0
    static let visits = 1
    static let firstText = 2
    static let count = firstText + TextColumn.allCases.count
  }

  init(id: String) { self.id = id }

  var rowCount: Int { columns.times.count + page.rowCount }

  func append(_ row: EventRow) {
    // One access to the columns: each access to a property of an object is checked to be exclusive.
    columns.encode(row, sessionCache, into: page)
    page.add(
      time: row.createdAtMilliseconds, type: row.eventType, clickIDs: row.clickIDs.rawValue, rowID: row.rowID)
    if page.isFull { makeRoom() }
  }

  /// Takes all rows out of this object.
  func takeColumns() -> Columns {
    beginPage()
    var taken = Columns()
    swap(&taken, &columns)
    return taken
  }

  private func makeRoom() {
    if page.isWhole { return beginPage() }
    page.grow()
    sessionCache.grow()
  }

  private func beginPage() {
    columns.sessions.append(page: page.codes(PageColumn.sessions))
    columns.visits.append(page: page.codes(PageColumn.visits))
    for column in columns.texts.indices {
      columns.texts[column].codes.append(page: page.codes(PageColumn.firstText + column))
    }
    columns.times.append(page: page.allTimes)
    columns.types.append(page: page.allTypes)
    columns.clickIDs.append(page: page.allClickIDs)
    if !page.allRowIDs.contains(0) { columns.rowIDs.append(page: page.allRowIDs) }
    page.removeAll()
  }
}

extension WebsiteRows.Columns {
  /// Sets the open row of `page` to the numbers and codes of `row`.
  @inline(__always)
  fileprivate mutating func encode(_ row: EventRow, _ sessionCache: SessionCache, into page: PageBuffer) {
    typealias PageColumn = WebsiteRows.PageColumn
    let session = sessionNumbers.id(row.sessionID)
    let visit = row.visitID.isEmpty ? .none : visitNumbers.id(row.visitID)
    let entry = sessionCache.entry(of: session)
    if entry.pointee.session != session {
      entry.pointee.session = session
      entry.pointee.sessionNumber = sessionNumbers.number(of: session).number
    }
    if entry.pointee.visit != visit {
      entry.pointee.visit = visit
      entry.pointee.visitCode = visit == .none ? 0 : visitNumbers.number(of: visit).number + 1
    }
    page.set(PageColumn.sessions, entry.pointee.sessionNumber)
    page.set(PageColumn.visits, entry.pointee.visitCode)
    var texts = texts.mutableSpan
    // Accesses the texts through a span: a subscript would copy all of them for each column.
    let values = row.texts.span
    for column in texts.indices {
      let text = values[column]
      var code: UInt32 = 0
      if !text.isEmpty {
        code = texts[column].interner.code(of: text, guess: entry.pointee.texts[column])
        entry.pointee.texts[column] = code
      }
      page.set(PageColumn.firstText + column, code)
    }
  }
}

import Engine

/// Reads the rows of GoatCounter's CSV export (version 2) as events.
///
/// Rows of bots, and rows without a session, are left out.
struct GoatCounterScanner: RowScanner {
  /// The first columns of the header, by which the export is recognised.
  static let header = [
    "2Path", "Title", "Event", "UserAgent", "Browser", "System", "Session", "Bot", "Referrer",
    "Referrer scheme",
    "Screen size", "Location", "FirstVisit", "Date",
  ]
  /// The names of the columns that rows have here, in the order of ``Column``.
  static let columns = [
    "session_id", "created_at", "event_name", "url", "page_title", "browser", "os", "screen", "country",
    "region",
    "referrer_domain", "referrer",
  ]

  /// What the columns of ``header`` are read as.
  static let targets: [[String]] = [
    ["url", "event_name"], ["page_title"], ["event_type"], [], ["browser"], ["os"], ["session_id"], [],
    ["referrer"], [], ["screen"], ["country", "region"], [], ["created_at"],
  ]

  private enum Column: Int {
    case session, created, eventName, url, title, browser, os, screen, country, region, referrerDomain,
      referrer
  }

  /// The places of columns in the file.
  private enum Source: Int {
    case path, title, event, userAgent, browser, system, session, bot, referrer, scheme, screen, location
    case firstVisit, date
  }

  private var rows: CSVScanner
  private let source: RowFields

  /// - Parameter columnCount: that of the file, which may have more columns than ``header``.
  init(
    _ bytes: Bytes, rows: Range<Int>, columnCount: Int, limits: DataLimits,
    shouldAbandon: @escaping (_ offset: Int) -> Bool
  ) {
    self.rows = CSVScanner(bytes, rows: rows, limits: limits, shouldAbandon: shouldAbandon)
    source = RowFields(columnCount: columnCount)
  }

  var position: Int { rows.position }
  var rowStart: Int { rows.rowStart }

  mutating func next(_ fields: RowFields) -> ScannedRow {
    let outcome = rows.next(source)
    guard outcome == .row else { return outcome }
    func value(_ column: Source) -> Bytes { source[column.rawValue] }
    let bot = value(.bot)
    if !bot.isEmpty, !isText(bot, "0") { return .leftOut(.botVisit) }
    let session = value(.session)
    if session.isEmpty || isText(session, "0") { return .leftOut(.withoutSession) }
    fields.beginRow()
    fields.clear()
    func set(_ column: Column, _ value: Bytes) { fields[column.rawValue] = value }
    set(.session, session)
    set(.created, value(.date))
    if isText(value(.event), "true") || isText(value(.event), "1") {
      set(.eventName, value(.path))
    } else {
      set(.url, rooted(value(.path), fields))
    }
    set(.title, value(.title))
    set(.browser, value(.browser))
    set(.os, value(.system))
    set(.screen, screen(value(.screen), fields))
    let location = value(.location)
    set(.country, Bytes(rebasing: location.prefix { $0 != UInt8(ascii: "-") }))
    if location.contains(UInt8(ascii: "-")) { set(.region, location) }
    let referrer = value(.referrer)
    if isText(value(.scheme), "h") || referrer.contains(UInt8(ascii: "/")) {
      set(.referrer, withPrefix("//", referrer, fields))
    } else {
      set(.referrerDomain, referrer)
    }
    return .row
  }

  /// The path with one leading slash.
  private func rooted(_ path: Bytes, _ fields: RowFields) -> Bytes {
    let slash = UInt8(ascii: "/")
    return withPrefix("/", Bytes(rebasing: path.drop { $0 == slash }), fields)
  }

  /// `1920x1080` of `1920,1080,1`.
  private func screen(_ size: Bytes, _ fields: RowFields) -> Bytes {
    let parts = size.split(separator: UInt8(ascii: ","))
    guard parts.count >= 2, !isText(Bytes(rebasing: parts[0]), "0") else {
      return Bytes(start: nil, count: 0)
    }
    return fields.keep(capacity: parts[0].count + 1 + parts[1].count) { target in
      for (index, byte) in parts[0].enumerated() { target[index] = byte }
      target[parts[0].count] = UInt8(ascii: "x")
      for (index, byte) in parts[1].enumerated() { target[parts[0].count + 1 + index] = byte }
      return parts[0].count + 1 + parts[1].count
    }
  }

  private func withPrefix(_ prefix: StaticString, _ text: Bytes, _ fields: RowFields) -> Bytes {
    let count = prefix.utf8CodeUnitCount
    guard !text.isEmpty || count == 1 else { return text }
    return fields.keep(capacity: count + text.count) { target in
      for index in 0..<count { target[index] = prefix.utf8Start[index] }
      for (index, byte) in text.enumerated() { target[count + index] = byte }
      return count + text.count
    }
  }
}

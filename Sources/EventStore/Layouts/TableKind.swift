/// A table of Umami's database, recognised by the names of its columns.
enum TableKind: Equatable {
  case events, eventData
  /// Constant values of sessions, which are joined to events that lack them.
  case sessions
  case sessionData, revenue, websites, reports, segments
  /// A table of Umami that has nothing to do with events.
  case other(name: String)

  // Why the rows of tables are left out.
  static let sessionDataReason = "no report reads properties of sessions"
  static let revenueReason = "it lacks the column event_id or revenue"
  static let segmentReason = "a request brings its own filters"

  /// The kind of a table with these columns, or with this name if a dump names it.
  init(_ columns: ColumnNames, name: String?) {
    self = Self.named(name) ?? Self.recognised(columns)
  }

  private static func named(_ name: String?) -> TableKind? {
    switch name {
    case "website_event": .events
    case "event_data": .eventData
    case "session": .sessions
    case "session_data": .sessionData
    case "revenue": .revenue
    case "website": .websites
    case "report": .reports
    case "segment": .segments
    default: nil
    }
  }

  private static func recognised(_ columns: ColumnNames) -> TableKind {
    func has(_ names: String...) -> Bool { names.allSatisfy(columns.has) }
    if columns.hasColumn(PropertyField.dataKey.names) {
      let belongsToEvent = columns.hasColumn(PropertyField.eventID.names)
      return belongsToEvent || !has("session_id") ? .eventData : .sessionData
    }
    if has("revenue_id") || has("event_id", "currency", "revenue") && !has("url_path") { return .revenue }
    if has("segment_id", "parameters") { return .segments }
    if has("report_id", "parameters") { return .reports }
    if isSession(columns) { return .sessions }
    if columns.hasColumn(EventField.sessionID.names) { return .events }
    if has("website_id", "name", "domain") { return .websites }
    for (name, key) in otherTables where key.allSatisfy(columns.has) { return .other(name: name) }
    return .events
  }

  /// A table of sessions has values of visitors and nothing that belongs to a single event.
  private static func isSession(_ columns: ColumnNames) -> Bool {
    let known = Set(["session_id", "website_id", "created_at", "session_uuid"] + sessionColumns)
    let values = columns.names.filter { sessionColumns.contains($0.lowercased()) }
    return columns.has("session_id") && values.count >= minimumSessionValues
      && columns.names.allSatisfy { known.contains($0.lowercased()) || $0.isEmpty }
  }

  /// A table with fewer values of visitors, such as a list of times with a country, is a table of events.
  private static let minimumSessionValues = 3

  private static let sessionColumns = SessionFields.all.flatMap(\.names)

  /// Columns by which other tables of Umami are recognised.
  private static let otherTables: [(name: String, key: [String])] = [
    ("user", ["user_id", "username", "password"]),
    ("team_user", ["team_user_id", "team_id"]),
    ("team", ["team_id", "access_code"]),
    ("link", ["link_id", "slug"]), ("pixel", ["pixel_id", "slug"]), ("board", ["board_id"]),
    ("share", ["share_id", "share_type"]), ("annotation", ["annotation_id"]), ("api_key", ["api_key_id"]),
    ("_prisma_migrations", ["checksum", "migration_name"]),
  ]
}

/// The columns of events that may come from the table `session`: values that are constant within a session.
enum SessionFields {
  static let all: [EventField] = [
    .hostname, .browser, .os, .device, .screen, .language, .country, .region, .city, .distinctID,
  ]
}

/// The tables of a store created by this program.
///
/// Columns have the names of Umami's exports; the last column is the row's id. Rows are ordinary rows that
/// any SQLite tool may read and write. Missing texts are NULL, times are milliseconds since 1970.
///
/// Changes are recorded, whichever program makes them: see ``ChangeLog``.
enum StoreSchema {
  /// "Foot" in ASCII, for the application id field of SQLite's file header.
  static let applicationID = 0x466F_6F74
  /// Incremented when a change to the tables makes them unusable for older programs.
  static let version = 1

  /// The column of a row's id in the tables of events and properties.
  static let rowID = "row_id"

  /// Opens the store at `path`, and creates it if it does not exist. The connection runs no triggers: the
  /// writer maintains the change log.
  ///
  /// Throws `unusableFile` if the file is neither a store nor an empty database.
  static func openForWriting(_ path: String) throws(StoreError) -> Connection {
    try refuseOtherFiles(path)
    let connection = try Connection(path: path, mode: .create)
    if try connection.integer("SELECT count(*) FROM sqlite_master") == 0 {
      // Before WAL mode is turned on, which would create a file that is not yet a store.
      try connection.transaction(.writing) { () throws(StoreError) in
        // Another process may have created the tables meanwhile.
        guard try connection.integer("SELECT count(*) FROM sqlite_master") == 0 else { return }
        try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        try connection.execute(tables)
        try ChangeLog.recordCommit(in: connection)
      }
    }
    guard try isFootfallStore(connection) else {
      throw .unusableFile(
        path: path, sentence: "is another program's database; choose a new file for the store")
    }
    connection.enableLog()
    try connection.ignoreTriggers()
    return connection
  }

  /// Throws if the file at `path` is neither SQLite nor empty, so that nothing is overwritten.
  private static func refuseOtherFiles(_ path: String) throws(StoreError) {
    if path.isEmpty { throw .usage("\"\" is not a valid file name; name the file of the store") }
    do throws(StoreError) {
      if FileContents.isSpecial(path) {
        throw .unusableFile(path: path, sentence: "is not a regular file; a store is an SQLite file")
      }
      let contents = try FileContents(path: path)
      guard contents.bytes.isEmpty || contents.isSQLite else {
        throw .unusableFile(path: path, sentence: "is not an SQLite file; choose another name for the store")
      }
    } catch .noSuchFile {
      return
    }
  }

  /// Whether this program created the file. Throws `unusableFile` if a newer version created it.
  static func isFootfallStore(_ connection: Connection) throws(StoreError) -> Bool {
    guard try connection.integer("PRAGMA application_id") == applicationID else { return false }
    let found = try connection.integer("PRAGMA user_version")
    guard found <= version else {
      throw .unusableFile(
        path: connection.path,
        sentence: "was made by a newer version (format \(found); this one reads formats up to \(version))")
    }
    return true
  }

  /// Whether the tables of events and properties have the definitions that this program uses.
  static func hasOwnTables(_ connection: Connection) throws(StoreError) -> Bool {
    let found = Set(
      try connection.texts("SELECT sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"))
    return found.contains(eventTable) && found.contains(propertyTable)
  }

  static let reportTable = """
    CREATE TABLE report (
      report_id TEXT PRIMARY KEY NOT NULL,
      user_id TEXT,
      website_id TEXT,
      type TEXT NOT NULL,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      parameters TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    );
    """

  /// Row ids ascend and are never reused, so every row with an id above the largest one of an earlier state
  /// is newer. Event ids are texts, so that SQL compares them as we do.
  private static let eventTable = """
    CREATE TABLE website_event (
      \(EventField.allCases.map { "\($0.rawValue)\(declaration($0))" }.joined(separator: ",\n  ")),
      \(rowID) INTEGER PRIMARY KEY AUTOINCREMENT
    )
    """

  private static let propertyTable = """
    CREATE TABLE event_data (
      \(PropertyField.allCases.map { "\($0.rawValue)\(declaration($0))" }.joined(separator: ",\n  ")),
      \(rowID) INTEGER PRIMARY KEY AUTOINCREMENT
    )
    """

  /// The table of amounts, which stores have only if amounts were imported. A row is identified by its event.
  private static let revenueTable = """
    CREATE TABLE revenue (
      \(RevenueField.allCases.map { "\($0.rawValue)\(declaration($0))" }.joined(separator: ",\n  ")),
      \(rowID) INTEGER PRIMARY KEY AUTOINCREMENT
    )
    """

  private static let revenueIndex = "CREATE UNIQUE INDEX revenue_event_id ON revenue (event_id)"

  static let revenueTables = "\(revenueTable); \(revenueIndex)"

  /// Whether the table of amounts has the definition that this program uses, and its index.
  static func hasOwnRevenue(_ connection: Connection) throws(StoreError) -> Bool {
    let found = Set(
      try connection.texts("SELECT sql FROM sqlite_master WHERE tbl_name = 'revenue' AND sql IS NOT NULL"))
    return found.contains(revenueTable) && found.contains(revenueIndex)
  }

  private static let tables = """
    CREATE TABLE website (
      website_id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      domain TEXT,
      created_at INTEGER
    );
    \(eventTable);
    CREATE UNIQUE INDEX website_event_event_id ON website_event (event_id);
    \(propertyTable);
    CREATE UNIQUE INDEX event_data_event_id_data_key ON event_data (event_id, data_key);
    \(reportTable)
    """

  private static func declaration(_ field: EventField) -> String {
    switch field {
    case .websiteID, .sessionID: " TEXT NOT NULL"
    case .eventID: " TEXT NOT NULL CHECK (typeof(event_id) = 'text')"
    case .eventType, .createdAt: " INTEGER NOT NULL"
    case .lcp, .inp, .cls, .fcp, .ttfb: " NUMERIC"
    default: " TEXT"
    }
  }

  private static func declaration(_ field: RevenueField) -> String {
    switch field {
    case .eventID: " TEXT NOT NULL CHECK (typeof(event_id) = 'text')"
    case .createdAt: " INTEGER"
    // As `number_value` of properties.
    case .revenue: ""
    case .websiteID, .sessionID, .eventName, .currency: " TEXT"
    }
  }

  private static func declaration(_ field: PropertyField) -> String {
    switch field {
    case .eventID: " TEXT NOT NULL CHECK (typeof(event_id) = 'text')"
    case .dataKey: " TEXT NOT NULL"
    case .dataType, .createdAt: " INTEGER"
    // A column without a type converts nothing: see ``StoredNumber``.
    case .numberValue: ""
    default: " TEXT"
    }
  }
}

/// Creates an empty store at `path`, to which events can be appended. An existing store stays unchanged.
///
/// - Returns: whether the store is new.
///
/// Throws `unusableFile` if the file is anything else, and the reason if it cannot be written.
public func createStore(at path: String) throws(StoreError) -> Bool {
  let isNew = (FileIdentity(path: path)?.byteCount ?? 0) == 0
  _ = try StoreSchema.openForWriting(path)
  return isNew
}

/// How files are imported.
public struct ImportOptions: Sendable {
  public var rules = ReadingRules()
  /// How many rows are committed together. An import that is interrupted loses at most so many, and can be
  /// run again.
  public var rowsPerTransaction = 50_000

  public init() {}
}

/// What an import did.
public struct ImportSummary: Equatable, Sendable {
  public var events = Counts()
  public var properties = Counts()
  /// Rows that were left out and reported.
  public var badRows = 0

  public struct Counts: Equatable, Sendable {
    public var added = 0
    /// Rows that were in the store already.
    public var known = 0

    public init(added: Int = 0, known: Int = 0) {
      self.added = added
      self.known = known
    }

    mutating func count(isNew: Bool) {
      if isNew { added += 1 } else { known += 1 }
    }
  }

  public init() {}

  public var rowsRead: Int { events.added + events.known + properties.added + properties.known + badRows }
}

/// How far an import has come.
public struct ImportProgress: Equatable, Sendable {
  public let bytesDone: Int
  public let bytesTotal: Int
  public let rows: Int

  public init(bytesDone: Int, bytesTotal: Int, rows: Int) {
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
    self.rows = rows
  }
}

/// How files are imported.
public struct ImportOptions: Sendable {
  public var rules = ReadingRules()
  /// How many rows are committed together, but in the first import into a store, which is committed as a
  /// whole. An import that is interrupted loses what was not committed, and can be run again.
  public var rowsPerTransaction = 50_000
  /// How many threads sort what is imported.
  public var threads = 1
  /// Where the columns of the store are kept: the first large import fills them as well, later ones bring them
  /// up to date.
  public var cache = CacheLocation.none
  /// From how many bytes on a store without rows is filled in one transaction (see ``FirstImport``).
  var firstImportBytes = 16 << 20

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

    /// So many that were taken for new turned out to be known.
    mutating func move(_ count: Int) {
      added -= count
      known += count
    }
  }

  public init() {}

  public var rowsRead: Int { events.added + events.known + properties.added + properties.known + badRows }
}

/// How files are imported.
public struct ImportOptions: Sendable {
  /// How the files are read.
  public var rules = ReadingRules()
  /// How many rows each transaction commits, except in the first import into a store, which is committed as a
  /// whole. An interrupted import loses uncommitted rows; run it again to finish it.
  public var rowsPerTransaction = 50_000
  /// How many threads sort the indexes.
  public var threads = 1
  /// Where the columns of the store are cached: the first large import fills the cache, later imports update
  /// it.
  public var cache = CacheLocation.none
  /// Where copies of pipes and of decompressed files go that are too large for memory.
  public var temporaryFolder = ReadingResources.standardTemporaryFolder
  /// The number of bytes from which an empty store is filled in one transaction (see ``FirstImport``).
  var firstImportBytes = 16 << 20

  public init() {}
}

/// The result of an import.
public struct ImportSummary: Equatable, Sendable {
  /// Rows of events.
  public var events = Counts()
  /// Properties, in rows of their own or in those of events.
  public var properties = Counts()
  /// Amounts, the rows of the table `revenue`.
  public var amounts = Counts()
  /// Rows that were skipped and reported.
  public var badRows = 0

  /// What became of the good rows of one kind.
  public struct Counts: Equatable, Sendable {
    /// Rows that were written.
    public var added = 0
    /// Rows that were already in the store.
    public var known = 0

    public init(added: Int = 0, known: Int = 0) {
      self.added = added
      self.known = known
    }

    mutating func count(isNew: Bool) {
      if isNew { added += 1 } else { known += 1 }
    }

    /// Reclassifies `count` rows from new to known.
    mutating func move(_ count: Int) {
      added -= count
      known += count
    }
  }

  public init() {}

  /// The number of all rows, good and bad.
  public var rowsRead: Int {
    events.added + events.known + properties.added + properties.known + amounts.added + amounts.known
      + badRows
  }
}

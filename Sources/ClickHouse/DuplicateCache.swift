/// Remembers which websites there are, and whether they have duplicates, which costs a pass over the ids to find out. That is
/// asked again once rows were added to the table.
final class DuplicateCache {
  /// A table that may have duplicates: two events with one id, or two properties of an event with one key.
  enum Table: Hashable { case events, properties }

  /// A number for the rows of each table: another one once rows were added. Nil if the server does not tell.
  struct TableVersions {
    private var versions: [Table: Int64] = [:]

    init() {}

    /// Reads the answer to ``TableLayout/versions``.
    init(_ row: inout RowReader) throws(ClickHouseError) {
      versions[.events] = try row.optional { row throws(ClickHouseError) in try row.integer() }
      versions[.properties] = try row.optional { row throws(ClickHouseError) in try row.integer() }
    }

    subscript(table: Table) -> Int64? { versions[table] }
  }

  private struct Rows: Hashable {
    let table: Table
    let website: [UInt8]

    init(_ table: Table, _ website: String) { (self.table, self.website) = (table, Array(website.utf8)) }
  }

  private var known: [Rows: (version: Int64?, haveDuplicates: Bool)] = [:]
  private var read: Set<Rows> = []
  /// The ids of websites that had events.
  private var websites: Set<[UInt8]> = []

  /// Whether events of a website were found.
  func isKnown(_ website: String) -> Bool { websites.contains(Array(website.utf8)) }

  func keep(_ website: String) { websites.insert(Array(website.utf8)) }

  /// Whether a website had duplicates when that was last found out; nil if it was not.
  func latest(_ table: Table, of website: String) -> Bool? { known[Rows(table, website)]?.haveDuplicates }

  /// Whether a website has duplicates in this version of the table, as it is known or else as the server answers.
  func hasDuplicates(
    _ table: Table, of website: String, in versions: TableVersions, _ layout: TableLayout, _ client: Client,
    _ isCancelled: () -> Bool
  ) throws(ClickHouseError) -> Bool {
    let rows = Rows(table, website)
    if let version = versions[table], let known = known[rows], known.version == version {
      return known.haveDuplicates
    }
    let source = EventSource(layout: layout, website: website)
    let counts = try client.rows(of: Statement(source.duplicates(table)), isCancelled: isCancelled) {
      row throws(ClickHouseError) in try row.count()
    }
    known[rows] = (versions[table], counts != [0])
    return counts != [0]
  }

  /// Returns false the first time. Then it would take as long to find out about duplicates as to read rows as if they had some.
  func markRead(_ table: Table, of website: String) -> Bool { !read.insert(Rows(table, website)).inserted }
}

extension TableLayout {
  /// The versions that the tables have now. None for a user who may not read their parts.
  func versions(_ client: Client, _ isCancelled: () -> Bool) -> DuplicateCache.TableVersions {
    guard let statement = versions else { return DuplicateCache.TableVersions() }
    let rows = try? client.rows(
      of: Statement(statement), isCancelled: isCancelled, DuplicateCache.TableVersions.init)
    return rows?.first ?? DuplicateCache.TableVersions()
  }
}

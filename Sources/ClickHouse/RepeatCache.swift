/// Remembers which websites there are, and whether rows of theirs repeat, which costs a pass over the ids to find out. That is
/// asked again once rows were added to the table.
final class RepeatCache {
  /// A table whose rows may repeat: two events with one id, or two properties of an event with one key.
  enum Table: Hashable { case events, properties }

  /// A number for the rows of each table: another one once rows were added. Nil if the server does not tell.
  struct State: Equatable {
    private var events: Int64?
    private var properties: Int64?

    init() {}

    /// - Parameter rows: The answer to ``TableLayout/state``; nil if there is none.
    init(_ rows: [(events: Int64?, properties: Int64?)]?) {
      (events, properties) = (rows?.first?.events, rows?.first?.properties)
    }

    /// Reads a row of that answer.
    static func row(_ row: inout RowReader) throws(ClickHouseError) -> (events: Int64?, properties: Int64?) {
      (
        events: try row.optional { row throws(ClickHouseError) in try row.integer() },
        properties: try row.optional { row throws(ClickHouseError) in try row.integer() }
      )
    }

    subscript(table: Table) -> Int64? {
      switch table {
      case .events: events
      case .properties: properties
      }
    }
  }

  private struct Rows: Hashable {
    let table: Table
    let website: [UInt8]

    init(_ table: Table, _ website: String) { (self.table, self.website) = (table, Array(website.utf8)) }
  }

  private var known: [Rows: (state: Int64, haveRepeats: Bool)] = [:]
  /// Those that were read without being known.
  private var read: Set<Rows> = []
  /// The ids of websites with events. They do not get lost.
  private var websites: Set<[UInt8]> = []

  /// Whether events of a website were found.
  func isKnown(_ website: String) -> Bool { websites.contains(Array(website.utf8)) }

  func keep(_ website: String) { websites.insert(Array(website.utf8)) }

  /// Whether rows of a website repeated when that was last found out.
  func hadRepeats(_ table: Table, of website: String) -> Bool? { known[Rows(table, website)]?.haveRepeats }

  /// Whether they repeat, if that was found out in this state of the tables.
  private func hasRepeats(_ table: Table, of website: String, in state: State) -> Bool? {
    guard let rows = known[Rows(table, website)], rows.state == state[table] else { return nil }
    return rows.haveRepeats
  }

  private func keep(_ haveRepeats: Bool, _ table: Table, of website: String, in state: State) {
    guard let state = state[table] else { return }
    known[Rows(table, website)] = (state, haveRepeats)
  }

  /// Whether rows of a website repeat, as it is known or else as the server answers.
  func find(
    _ table: Table, of website: String, _ layout: TableLayout, in state: State, _ client: Client,
    _ isCancelled: () -> Bool
  ) throws(ClickHouseError) -> Bool {
    if let known = hasRepeats(table, of: website, in: state) { return known }
    let source = EventSource(layout: layout, website: website)
    let numbers = try client.rows(of: Statement(source.repeats(table)), isCancelled: isCancelled) {
      row throws(ClickHouseError) in try row.count()
    }
    keep(numbers != [0], table, of: website, in: state)
    return numbers != [0]
  }

  /// The state that the tables have now. A user who may not read their parts has the ids counted with each report.
  func state(of layout: TableLayout, _ client: Client, _ isCancelled: () -> Bool) -> State {
    guard let statement = layout.state else { return State() }
    return State(try? client.rows(of: Statement(statement), isCancelled: isCancelled, State.row))
  }

  /// Whether this is the first time that rows are read. Then finding out whether they repeat would take as long as reading them
  /// as if they did.
  func isFirstRead(_ table: Table, of website: String) -> Bool { read.insert(Rows(table, website)).inserted }
}

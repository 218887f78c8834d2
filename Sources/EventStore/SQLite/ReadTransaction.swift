/// Connections that all see one state of a file, each for a thread of its own.
struct ReadTransaction {
  /// The first is the one that the transaction was taken with.
  let connections: [Connection]
  /// SQLite's `data_version` of the first, which tells this state from later ones.
  let dataVersion: Int64

  /// How often it is tried while others keep committing; then one connection has to do.
  private static let attemptLimit = 8

  /// Takes a transaction with `first` and up to `count - 1` more connections, which read only. If they cannot be
  /// had, `first` is the only one.
  static func take(_ first: Connection, count: Int) throws(StoreError) -> ReadTransaction {
    let others = openOthers(first, count: count - 1)
    for _ in 0..<(others.isEmpty ? 0 : attemptLimit) {
      if let transaction = try attempt(first, others) { return transaction }
      // Waits where somebody is committing.
      try look(first)
    }
    try begin(first)
    return try ReadTransaction(connections: [first], dataVersion: dataVersion(first))
  }

  /// Lets the state go.
  func end() { connections.forEach { $0.rollBack() } }

  /// Nil if somebody has committed meanwhile, or is about to. If nobody has committed between a look before all others
  /// begin to read and one when `first` does, all of them see the same.
  private static func attempt(
    _ first: Connection, _ others: [Connection]
  ) throws(StoreError) -> ReadTransaction? {
    let all = [first] + others
    // Without WAL, whoever commits waits for those who read, so none of them may wait for it.
    all.forEach { $0.waitForLocks(milliseconds: 0) }
    defer { all.forEach { $0.waitForLocks(milliseconds: nil) } }
    do throws(StoreError) {
      let before = try dataVersion(first)
      for connection in others { try begin(connection) }
      try begin(first)
      if try dataVersion(first) == before { return ReadTransaction(connections: all, dataVersion: before) }
    } catch {
      all.forEach { $0.rollBack() }
      if case .busy = error { return nil }
      throw error
    }
    all.forEach { $0.rollBack() }
    return nil
  }

  private static func openOthers(_ first: Connection, count: Int) -> [Connection] {
    var others: [Connection] = []
    // What one connection takes for a file that nobody changes, others would not.
    for _ in 0..<(first.isImmutable ? 0 : max(count, 0)) {
      // If nothing can be written beside a file in WAL mode it cannot be opened a second time like this.
      guard let other = try? Connection(path: first.path, mode: .readOnly), (try? look(other)) != nil else {
        return others
      }
      others.append(other)
    }
    return others
  }

  /// A transaction reads the state that its first look at the file meets.
  private static func begin(_ connection: Connection) throws(StoreError) {
    try connection.execute(Connection.TransactionKind.reading.rawValue)
    try look(connection)
  }

  private static func look(_ connection: Connection) throws(StoreError) {
    _ = try connection.integer("SELECT count(*) FROM sqlite_master")
  }

  private static func dataVersion(_ connection: Connection) throws(StoreError) -> Int64 {
    try connection.integer("PRAGMA data_version")
  }
}

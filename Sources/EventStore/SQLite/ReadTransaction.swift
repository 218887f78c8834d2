/// Connections that all see one state of a file, one for each thread.
struct ReadTransaction {
  /// The first is the connection with which the transaction was started.
  let connections: [Connection]
  /// SQLite's `data_version` of the first connection, which distinguishes this state from later ones.
  let dataVersion: Int64

  /// How many attempts to make while others keep committing; after that a single connection is used.
  private static let attemptLimit = 8

  /// Starts a transaction on `first` and on up to `count - 1` additional read-only connections. If they
  /// cannot be opened, `first` is the only one.
  static func take(_ first: Connection, count: Int) throws(StoreError) -> ReadTransaction {
    let others = openOthers(first, count: count - 1)
    for _ in 0..<(others.isEmpty ? 0 : attemptLimit) {
      if let transaction = try attempt(first, others) { return transaction }
      // Blocks during another connection's commit.
      try first.probe()
    }
    try begin(first)
    return try ReadTransaction(connections: [first], dataVersion: dataVersion(first))
  }

  /// Ends the transaction on all connections.
  func end() { connections.forEach { $0.rollBack() } }

  /// Returns nil if there was a commit meanwhile, or if one is about to happen. All connections see the same
  /// state if `data_version` is the same before the other connections begin to read and after `first` begins.
  private static func attempt(
    _ first: Connection, _ others: [Connection]
  ) throws(StoreError) -> ReadTransaction? {
    let all = [first] + others
    // Without WAL a commit waits for readers, so no reader may wait for the commit.
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
    // One connection may treat the file as immutable; other connections would not.
    for _ in 0..<(first.isImmutable ? 0 : max(count, 0)) {
      // A file in WAL mode cannot be opened again in this mode if nothing can be written next to it.
      guard let other = try? Connection(path: first.path, mode: .readOnly), (try? other.probe()) != nil else {
        return others
      }
      others.append(other)
    }
    return others
  }

  /// A transaction sees the state that its first read finds.
  private static func begin(_ connection: Connection) throws(StoreError) {
    try connection.execute(Connection.TransactionKind.reading.rawValue)
    try connection.probe()
  }

  private static func dataVersion(_ connection: Connection) throws(StoreError) -> Int64 {
    try connection.integer("PRAGMA data_version")
  }
}

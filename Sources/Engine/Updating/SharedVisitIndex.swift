import System

/// An index of the visits that sessions of a website share, by session and by visit, for traversing from one
/// to the other.
struct SharedVisitIndex {
  /// Pairs of a session and a visit that it shares, by partition and session.
  private let entries: [Entry]
  /// Indices in `entries`, by visit.
  private let byVisit: [Int]
  /// The start of each visit's entries in `byVisit`; the last entry is the end of the last visit's.
  private let starts: [Int]

  struct Entry {
    let partition: Int
    let session: Int
    let visit: Int
  }

  init(_ partitions: [Partition]) {
    // Numbers of removed visits are never reused, so the remaining visits are renumbered densely.
    var numbers: [UInt32: Int] = [:]
    entries = partitions.enumerated().flatMap { partition, columns in
      columns.sharedVisits.all.map { visit in
        let number = numbers[visit.number] ?? numbers.count
        numbers[visit.number] = number
        return Entry(partition: partition, session: visit.session, visit: number)
      }
    }
    var starts = Array(repeating: 0, count: numbers.count + 1)
    for entry in entries { starts[entry.visit + 1] += 1 }
    for visit in 0..<numbers.count { starts[visit + 1] += starts[visit] }
    var (next, byVisit) = (starts, Array(repeating: 0, count: entries.count))
    for (index, entry) in entries.enumerated() {
      byVisit[next[entry.visit]] = index
      next[entry.visit] += 1
    }
    (self.byVisit, self.starts) = (byVisit, starts)
  }

  var visitCount: Int { starts.count - 1 }

  /// Returns the visits that a session shares with others.
  func visits(partition: Int, session: Int) -> some Sequence<Int> {
    let first = entries.indices.partitionPoint {
      (entries[$0].partition, entries[$0].session) >= (partition, session)
    }
    return entries[first...].lazy.prefix { $0.partition == partition && $0.session == session }.map(\.visit)
  }

  /// Returns the sessions that have a visit.
  func sessions(of visit: Int) -> some Sequence<Entry> {
    byVisit[starts[visit]..<starts[visit + 1]].lazy.map { entries[$0] }
  }
}

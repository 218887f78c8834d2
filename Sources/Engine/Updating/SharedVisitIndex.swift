import System

/// Which sessions of a website share which visits, by session and by visit: for walks from one to the next.
struct SharedVisitIndex {
  /// A session and a visit that it shares, by partition and session.
  private let entries: [Entry]
  /// Places in `entries`, by visit.
  private let byVisit: [Int]
  /// Where the entries of each visit begin in `byVisit`, and where the last end.
  private let starts: [Int]

  struct Entry {
    let partition: Int
    let session: Int
    let visit: Int
  }

  init(_ partitions: [Partition]) {
    // Numbers of visits are given up and never taken again, so those that are left are counted anew.
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
    for (place, entry) in entries.enumerated() {
      byVisit[next[entry.visit]] = place
      next[entry.visit] += 1
    }
    (self.byVisit, self.starts) = (byVisit, starts)
  }

  var visitCount: Int { starts.count - 1 }

  /// The visits that a session shares with others.
  func visits(partition: Int, session: Int) -> some Sequence<Int> {
    let first = entries.indices.partitionPoint {
      (entries[$0].partition, entries[$0].session) >= (partition, session)
    }
    return entries[first...].lazy.prefix { $0.partition == partition && $0.session == session }.map(\.visit)
  }

  /// The sessions that have a visit.
  func sessions(of visit: Int) -> some Sequence<Entry> {
    byVisit[starts[visit]..<starts[visit + 1]].lazy.map { entries[$0] }
  }
}

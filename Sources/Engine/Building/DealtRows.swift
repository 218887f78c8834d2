import Threads

/// A row by the hash of its id and its number (see ``ArrivedIDs``).
struct DealtRow {
  let fingerprint: UInt32
  let number: UInt32

  init(fingerprint: UInt32, number: UInt32) {
    self.fingerprint = fingerprint
    self.number = number
  }

  init(word: UInt64) {
    self.init(
      fingerprint: UInt32(truncatingIfNeeded: word >> 32), number: UInt32(truncatingIfNeeded: word))
  }

  var word: UInt64 { UInt64(fingerprint) << 32 | UInt64(number) }
}

/// How ids are divided by their hash.
struct ShareDivision {
  /// How many rows a share has, about: their hash table takes half a megabyte.
  private static let rowsPerShare = 1 << 15
  private static let bitLimit = 10
  private let bits: Int

  init(rowCount: Int) {
    var bits = 0
    while bits < Self.bitLimit, rowCount >> bits > Self.rowsPerShare { bits += 1 }
    self.bits = bits
  }

  var count: Int { 1 << bits }

  /// By the upper bits; the lower ones are the fingerprint.
  @inline(__always)
  func share(of hash: UInt64) -> Int { Int(hash >> 32) & (count - 1) }
}

/// Rows dealt out into shares by the hash of their id, in order of arrival within each.
struct DealtRows {
  private let rows: [DealtRow]
  /// Where each share begins, and where the last ends.
  private let starts: [Int]

  init(
    _ rows: ArrivedIDs.Rows, _ ids: ArrivedIDs, _ division: ShareDivision, key: HashKey, threads: Int
  ) {
    // Twice over the ids: to count, so that every run knows its places, and to deal.
    let counts = concurrentMap(rows.runCount, threads: threads) { run in
      var counts = Array(repeating: 0, count: division.count)
      ids.forEach(run, of: rows) { _, id in counts[division.share(of: id.hash(key))] += 1 }
      return counts
    }
    let places = Places(counts, shares: division.count)
    starts = places.starts
    self.rows = Array(unsafeUninitializedCapacity: places.count) { dealt, count in
      let target = dealt
      concurrently(rows.runCount, threads: threads) { run in
        var next = places.ofRuns[run]
        ids.forEach(run, of: rows) { number, id in
          let hash = id.hash(key)
          let share = division.share(of: hash)
          // Sound: no other run has this place.
          target[next[share]] = DealtRow(fingerprint: UInt32(truncatingIfNeeded: hash), number: number)
          next[share] += 1
        }
      }
      count = places.count
    }
  }

  subscript(share: Int) -> ArraySlice<DealtRow> { rows[starts[share]..<starts[share + 1]] }

  /// Where the rows go.
  private struct Places {
    /// By share, and one more entry for the end.
    private(set) var starts: [Int] = []
    /// By run, then share: where the run's first row of the share goes.
    private(set) var ofRuns: [[Int]]
    private(set) var count = 0

    /// `counts` by run, then share.
    init(_ counts: [[Int]], shares: Int) {
      ofRuns = counts
      for share in 0..<shares {
        starts.append(count)
        for run in counts.indices {
          ofRuns[run][share] = count
          count += counts[run][share]
        }
      }
      starts.append(count)
    }
  }
}

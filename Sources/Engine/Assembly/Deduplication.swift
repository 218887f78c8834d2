import Threads

/// Finds duplicate events and properties, and the event of each property.
///
/// Rows are hash-partitioned by event id, and each hash partition is processed independently: it contains all
/// rows with an id, in input order, and its hash table fits a processor's cache.
struct Deduplication {
  /// Marks a property whose event is not in the input.
  static let noEvent = UInt32.max

  /// By staged event.
  private(set) var eventIsRepeated: [Bool]
  private(set) var propertyIsRepeated: [Bool]
  /// By staged property: the staged number of its event, or `noEvent`.
  private(set) var eventOfProperty: [UInt32]

  /// `propertyKeys` are codes of one dictionary, by staged property. The result is meaningless once
  /// `isCancelled` has returned true.
  init(_ rows: StagedRows, propertyKeys: [UInt32], threads: Int, isCancelled: () -> Bool) {
    eventIsRepeated = Array(repeating: false, count: rows.eventCount)
    propertyIsRepeated = Array(repeating: false, count: rows.propertyCount)
    eventOfProperty = Array(repeating: Self.noEvent, count: rows.propertyCount)
    let ids = StagedIDs(rows)
    let key = HashKey.ofProcess
    let partitioning = HashPartitioning(rowCount: rows.eventCount)
    let events = HashPartitionedRows(ids.events, ids, partitioning, key: key, threads: threads)
    let properties = HashPartitionedRows(ids.properties, ids, partitioning, key: key, threads: threads)
    eventIsRepeated.withUnsafeMutableBufferPointer { eventIsRepeated in
      propertyIsRepeated.withUnsafeMutableBufferPointer { propertyIsRepeated in
        eventOfProperty.withUnsafeMutableBufferPointer { eventOfProperty in
          let output = Output(
            eventIsRepeated: eventIsRepeated, propertyIsRepeated: propertyIsRepeated,
            eventOfProperty: eventOfProperty)
          concurrently(partitioning.count, threads: threads) { hashPartition in
            if isCancelled() { return }
            Self.deduplicate(
              events[hashPartition], properties[hashPartition], ids, propertyKeys: propertyKeys, output)
          }
        }
      }
    }
  }

  /// The number of duplicate events and properties in each run.
  func repeated(in runs: [StagedRows.Run]) -> RepeatedRows {
    var counts = RepeatedRows(events: [], properties: [])
    var (event, property) = (0, 0)
    for run in runs {
      counts.events.append(eventIsRepeated[event..<(event + run.events.count)].count(where: \.self))
      counts.properties.append(
        propertyIsRepeated[property..<(property + run.properties.count)].count(where: \.self))
      event += run.events.count
      property += run.properties.count
    }
    return counts
  }

  /// The output of all hash partitions. Sound to share: every row is in exactly one hash partition.
  private struct Output {
    let eventIsRepeated: UnsafeMutableBufferPointer<Bool>
    let propertyIsRepeated: UnsafeMutableBufferPointer<Bool>
    let eventOfProperty: UnsafeMutableBufferPointer<UInt32>
  }

  private static func deduplicate(
    _ events: ArraySlice<HashedRow>, _ properties: ArraySlice<HashedRow>, _ ids: StagedIDs,
    propertyKeys: [UInt32], _ output: Output
  ) {
    var firstRows = FirstRows(capacity: events.count + properties.count, ids)
    for event in events where firstRows.row(like: event) != event.number {
      output.eventIsRepeated[Int(event.number)] = true
    }
    let eventCount = ids.events.count
    var seen = WordSet(capacity: properties.count)
    for property in properties {
      let first = firstRows.row(like: property)
      let number = Int(property.number) - eventCount
      if !seen.insert(UInt64(first) << 32 | UInt64(propertyKeys[number])) {
        output.propertyIsRepeated[number] = true
      } else if first < eventCount {
        output.eventOfProperty[number] = first
      }
    }
  }
}

/// A hash table of the first row with each id.
private struct FirstRows {
  private var slots: [HashSlot]
  private let ids: StagedIDs

  init(capacity: Int, _ ids: StagedIDs) {
    slots = .slots(capacity: capacity)
    self.ids = ids
  }

  /// Returns the number of the first row with the id of `row`: that of `row` itself if its id is new.
  @inline(__always)
  mutating func row(like row: HashedRow) -> UInt32 {
    let slot = slots.slot(row.fingerprint) { ids[$0] == ids[row.number] }
    if let first = slots[slot].number { return first }
    slots[slot] = HashSlot(fingerprint: row.fingerprint, number: row.number)
    return row.number
  }
}

/// A set of words that never grows. `free` must not be inserted.
///
/// The words themselves are in the slots: they are as long as a `HashSlot`, which would lead to a second array.
private struct WordSet {
  private static let free = UInt64.max
  private var slots: [UInt64]
  private let key = HashKey.ofProcess

  init(capacity: Int) {
    slots = Array(repeating: Self.free, count: [HashSlot].slotCount(capacity: capacity))
  }

  /// Returns whether `word` is new.
  @inline(__always)
  mutating func insert(_ word: UInt64) -> Bool {
    let hash = UInt32(truncatingIfNeeded: key.hash(word))
    let slot = probe(hash, slotCount: slots.count) { slots[$0] == word || slots[$0] == Self.free }
    if slots[slot] == word { return false }
    slots[slot] = word
    return true
  }
}

/// The hash of a row's id, and the row's number (see ``StagedIDs``).
struct HashedRow {
  let fingerprint: UInt32
  let number: UInt32
}

/// Maps the hash of an id to a hash partition.
struct HashPartitioning {
  /// The approximate number of rows in a hash partition. A hash table for them takes half a megabyte.
  private static let rowsPerHashPartition = 1 << 15
  private static let bitLimit = 10
  private let bits: Int

  init(rowCount: Int) {
    var bits = 0
    while bits < Self.bitLimit, rowCount >> bits > Self.rowsPerHashPartition { bits += 1 }
    self.bits = bits
  }

  var count: Int { 1 << bits }

  /// Returns the hash partition, from the upper bits of `hash`; the lower bits are the fingerprint.
  @inline(__always)
  func hashPartition(of hash: UInt64) -> Int { Int(hash >> 32) & (count - 1) }
}

/// Rows grouped into hash partitions by the hash of their id; each hash partition is in input order.
struct HashPartitionedRows {
  private let rows: [HashedRow]
  /// The start of each hash partition, and the end of the last.
  private let starts: [Int]

  init(
    _ rows: StagedIDs.Rows, _ ids: StagedIDs, _ partitioning: HashPartitioning, key: HashKey, threads: Int
  ) {
    // Two passes over the ids: the first counts, so that every run knows its positions; the second writes.
    let counts = concurrentMap(rows.runCount, threads: threads) { run in
      var counts = Array(repeating: 0, count: partitioning.count)
      ids.forEach(run, of: rows) { _, id in counts[partitioning.hashPartition(of: id.hash(key))] += 1 }
      return counts
    }
    let offsets = WriteOffsets(counts, hashPartitions: partitioning.count)
    starts = offsets.starts
    self.rows = Array(unsafeUninitializedCapacity: offsets.count) { partitioned, count in
      let target = partitioned
      concurrently(rows.runCount, threads: threads) { run in
        var next = offsets.byRun[run]
        ids.forEach(run, of: rows) { number, id in
          let hash = id.hash(key)
          let hashPartition = partitioning.hashPartition(of: hash)
          // Sound: no other run writes to this position.
          target[next[hashPartition]] = HashedRow(
            fingerprint: UInt32(truncatingIfNeeded: hash), number: number)
          next[hashPartition] += 1
        }
      }
      count = offsets.count
    }
  }

  subscript(hashPartition: Int) -> ArraySlice<HashedRow> {
    rows[starts[hashPartition]..<starts[hashPartition + 1]]
  }

  /// The offsets to which the rows are written.
  private struct WriteOffsets {
    /// The start of each hash partition, and the end of the last.
    private(set) var starts: [Int] = []
    /// By run, then hash partition: the position of the run's first row in that hash partition.
    private(set) var byRun: [[Int]]
    private(set) var count = 0

    /// `counts` are by run, then hash partition.
    init(_ counts: [[Int]], hashPartitions: Int) {
      byRun = counts
      for hashPartition in 0..<hashPartitions {
        starts.append(count)
        for run in counts.indices {
          byRun[run][hashPartition] = count
          count += counts[run][hashPartition]
        }
      }
      starts.append(count)
    }
  }
}

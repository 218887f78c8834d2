import Threads

/// Which events and properties repeat one that came before, and which event each property belongs to.
///
/// Rows are dealt out by the hash of their event's id, and each share is looked at by itself: all rows with
/// one id are in one share, in order of arrival, and a share's hash table fits a processor's cache.
struct KnownRows {
  /// Stands for an event that never came.
  static let noEvent = UInt32.max

  /// By number of arrival.
  private(set) var eventIsRepeated: [Bool]
  private(set) var propertyIsRepeated: [Bool]
  /// By number of arrival of the property: that of its event, or `noEvent`.
  private(set) var eventOfProperty: [UInt32]

  /// `propertyKeys` are codes of one dictionary, by number of arrival. What it says means nothing once `isCancelled` has
  /// said true.
  init(_ rows: ArrivedRows, propertyKeys: [UInt32], threads: Int, isCancelled: () -> Bool) {
    eventIsRepeated = Array(repeating: false, count: rows.eventCount)
    propertyIsRepeated = Array(repeating: false, count: rows.propertyCount)
    eventOfProperty = Array(repeating: Self.noEvent, count: rows.propertyCount)
    let ids = ArrivedIDs(rows)
    let key = HashKey.ofProcess
    let division = ShareDivision(rowCount: rows.eventCount)
    let events = DealtRows(ids.events, ids, division, key: key, threads: threads)
    let properties = DealtRows(ids.properties, ids, division, key: key, threads: threads)
    eventIsRepeated.withUnsafeMutableBufferPointer { eventIsRepeated in
      propertyIsRepeated.withUnsafeMutableBufferPointer { propertyIsRepeated in
        eventOfProperty.withUnsafeMutableBufferPointer { eventOfProperty in
          let places = Places(
            eventIsRepeated: eventIsRepeated, propertyIsRepeated: propertyIsRepeated,
            eventOfProperty: eventOfProperty)
          concurrently(division.count, threads: threads) { share in
            if isCancelled() { return }
            Self.look(at: events[share], properties[share], ids, propertyKeys: propertyKeys, places)
          }
        }
      }
    }
  }

  /// How many events and properties of each run are repeated.
  func repeated(in runs: [ArrivedRows.Run]) -> RepeatedRows {
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

  /// Where the results go; sound to share since every row is in one share.
  private struct Places {
    let eventIsRepeated: UnsafeMutableBufferPointer<Bool>
    let propertyIsRepeated: UnsafeMutableBufferPointer<Bool>
    let eventOfProperty: UnsafeMutableBufferPointer<UInt32>
  }

  private static func look(
    at events: ArraySlice<DealtRow>, _ properties: ArraySlice<DealtRow>, _ ids: ArrivedIDs,
    propertyKeys: [UInt32], _ places: Places
  ) {
    var firstRows = FirstRows(capacity: events.count + properties.count, ids)
    for event in events where firstRows.row(like: event) != event.number {
      places.eventIsRepeated[Int(event.number)] = true
    }
    let eventCount = ids.events.count
    var seen = WordSet(capacity: properties.count)
    for property in properties {
      let first = firstRows.row(like: property)
      let number = Int(property.number) - eventCount
      if !seen.insert(UInt64(first) << 32 | UInt64(propertyKeys[number])) {
        places.propertyIsRepeated[number] = true
      } else if first < eventCount {
        places.eventOfProperty[number] = first
      }
    }
  }
}

/// The first row with each id.
private struct FirstRows {
  private var table: HashSlots
  private let ids: ArrivedIDs

  init(capacity: Int, _ ids: ArrivedIDs) {
    table = HashSlots(capacity: capacity)
    self.ids = ids
  }

  /// The number of the first row with the id of `row`, which is that itself where it is new.
  @inline(__always)
  mutating func row(like row: DealtRow) -> UInt32 {
    var slot = table.first(row.fingerprint)
    while table[slot] != HashSlots.free {
      let other = DealtRow(word: table[slot])
      // Of equal fingerprints nearly all are of equal ids.
      if other.fingerprint == row.fingerprint, ids[other.number] == ids[row.number] { return other.number }
      slot = table.next(slot)
    }
    table[slot] = row.word
    return row.number
  }
}

/// A set of words, of which none is `HashSlots.free`.
private struct WordSet {
  private var table: HashSlots
  private let key = HashKey.ofProcess

  init(capacity: Int) { table = HashSlots(capacity: capacity) }

  /// Whether `word` is new.
  @inline(__always)
  mutating func insert(_ word: UInt64) -> Bool {
    var slot = table.first(UInt32(truncatingIfNeeded: key.hash(word)))
    while table[slot] != HashSlots.free {
      if table[slot] == word { return false }
      slot = table.next(slot)
    }
    table[slot] = word
    return true
  }
}

/// The slots of a hash table with open addressing that never grows.
private struct HashSlots {
  static let free = UInt64.max
  private var slots: [UInt64]
  private let mask: Int

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Self.free, count: size)
    mask = size - 1
  }

  @inline(__always)
  subscript(slot: Int) -> UInt64 {
    get { slots[slot] }
    set { slots[slot] = newValue }
  }

  func first(_ hash: UInt32) -> Int { Int(hash) & mask }

  func next(_ slot: Int) -> Int { (slot + 1) & mask }
}

/// Which events and properties repeat one that came before, and which event each property belongs to.
///
/// Ids are divided among threads by their hash. Each thread goes through all rows in order of arrival and
/// looks at those with ids of its own, so no two of them look at the same id or write the same place.
struct KnownRows {
  /// Stands for an event that never came.
  static let noEvent = UInt32.max

  /// By number of arrival.
  private(set) var eventIsRepeated: [Bool]
  private(set) var propertyIsRepeated: [Bool]
  /// By number of arrival of the property: that of its event, or `noEvent`.
  private(set) var eventOfProperty: [UInt32]

  /// `propertyKeys` are codes of one dictionary, by number of arrival.
  init(_ rows: ArrivedRows, propertyKeys: [UInt32], threads: Int) {
    let texts = EventTexts(rows.builders)
    eventIsRepeated = Array(repeating: false, count: rows.eventCount)
    propertyIsRepeated = Array(repeating: false, count: rows.propertyCount)
    eventOfProperty = Array(repeating: Self.noEvent, count: rows.propertyCount)
    eventIsRepeated.withUnsafeMutableBufferPointer { eventIsRepeated in
      propertyIsRepeated.withUnsafeMutableBufferPointer { propertyIsRepeated in
        eventOfProperty.withUnsafeMutableBufferPointer { eventOfProperty in
          let places = Places(
            eventIsRepeated: eventIsRepeated, propertyIsRepeated: propertyIsRepeated,
            eventOfProperty: eventOfProperty)
          concurrently(threads, threads: threads) { share in
            Self.look(
              at: IDShare(number: share, of: threads), rows, texts, propertyKeys: propertyKeys, places)
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

  /// Where the results go; sound to share since every id belongs to one thread.
  private struct Places {
    let eventIsRepeated: UnsafeMutableBufferPointer<Bool>
    let propertyIsRepeated: UnsafeMutableBufferPointer<Bool>
    let eventOfProperty: UnsafeMutableBufferPointer<UInt32>
  }

  private static func look(
    at share: IDShare, _ rows: ArrivedRows, _ texts: EventTexts, propertyKeys: [UInt32], _ places: Places
  ) {
    // A quarter more than an even share, since hashes do not divide evenly.
    var table = IdentifierTable(capacity: rows.eventCount / share.count * 5 / 4)
    /// The first event of each id of the table.
    var firstEvents: [UInt32] = []
    firstEvents.reserveCapacity(rows.eventCount / share.count * 5 / 4)
    var arrival = 0
    for run in rows.runs {
      texts.forEach(rows.builders[run.builder].eventIDs, run.events, of: run.builder) { id in
        if id != .none, share.has(id) {
          if table.number(of: id).isNew {
            firstEvents.append(UInt32(arrival))
          } else {
            places.eventIsRepeated[arrival] = true
          }
        }
        arrival += 1
      }
    }

    var seen: Set<UInt64> = []
    arrival = 0
    for run in rows.runs {
      texts.forEach(rows.builders[run.builder].properties.events, run.properties, of: run.builder) { id in
        if share.has(id) {
          let (number, isNew) = table.number(of: id)
          if isNew { firstEvents.append(noEvent) }
          if seen.insert(UInt64(number) << 32 | UInt64(propertyKeys[arrival])).inserted {
            places.eventOfProperty[arrival] = firstEvents[Int(number)]
          } else {
            places.propertyIsRepeated[arrival] = true
          }
        }
        arrival += 1
      }
    }
  }
}

/// The ids that one thread looks at.
private struct IDShare {
  let number: Int
  let count: Int

  init(number: Int, of count: Int) { (self.number, self.count) = (number, count) }

  @inline(__always)
  func has(_ id: UUIDBits) -> Bool {
    // Scaled instead of divided, since it is asked for every row.
    let hash = ((id.high ^ id.low) &* 0x9E37_79B9_7F4A_7C15) >> 32
    return Int(truncatingIfNeeded: (hash &* UInt64(count)) >> 32) == number
  }
}

/// Makes the ids that are no UUIDs, whose codes every builder gives by itself, the same for all builders.
private struct EventTexts {
  /// The code here of each builder's codes.
  private let codes: [[UInt32]]

  init(_ builders: [ColumnsBuilder]) {
    var interner = TextInterner()
    codes = builders.map { builder in
      (0..<builder.eventTexts.count).map { interner.code(of: UInt32($0), in: builder.eventTexts) }
    }
  }

  @inline(__always)
  func forEach(_ ids: [UUIDBits], _ rows: Range<Int>, of builder: Int, _ body: (UUIDBits) -> Void) {
    let codes = codes[builder]
    let ids = ids.span
    for row in rows {
      if ids[row] != .none, let code = ids[row].textCode {
        body(UUIDBits(text: codes[Int(code)]))
      } else {
        body(ids[row])
      }
    }
  }
}

/// The properties of all builders in order of arrival, with codes of one dictionary.
struct ArrivedProperties {
  private(set) var keys: [UInt32] = []
  private let rows: ArrivedRows
  private var keyInterner = TextInterner.forDictionary()
  private var stringInterner = TextInterner.forDictionary()

  var keyDictionary: TextDictionary { keyInterner.dictionary() }
  var stringDictionary: TextDictionary { stringInterner.dictionary() }

  init(_ rows: ArrivedRows) {
    self.rows = rows
    keys.reserveCapacity(rows.propertyCount)
    var numbering = Numbering(rows.builders.map(\.properties.keyInterner.count))
    for run in rows.runs {
      let properties = rows.builders[run.builder].properties
      for row in run.properties {
        keys.append(
          numbering.number(of: properties.keys[row], from: run.builder) {
            keyInterner.code(of: $0, in: properties.keyInterner)
          })
      }
    }
  }

  /// The properties of each website with the arrival numbers of their events, in order of arrival, and
  /// the count of those without an event. Incomplete once `isCancelled` says true.
  mutating func join(
    _ known: KnownRows, _ websites: WebsiteArrivals.Places, isCancelled: () -> Bool
  ) -> (byWebsite: [[ArrivedProperty]], orphans: Int) {
    var byWebsite: [[ArrivedProperty]] = Array(repeating: [], count: websites.websites.count)
    var orphans = 0
    var arrival = 0
    var numbering = Numbering(rows.builders.map(\.properties.stringInterner.count))
    for run in rows.runs where !isCancelled() {
      let properties = rows.builders[run.builder].properties
      for row in run.properties {
        defer { arrival += 1 }
        if known.propertyIsRepeated[arrival] { continue }
        let string = numbering.number(of: properties.strings[row], from: run.builder) {
          stringInterner.code(of: $0, in: properties.stringInterner)
        }
        let event = known.eventOfProperty[arrival]
        guard event != KnownRows.noEvent else {
          orphans += 1
          continue
        }
        let website = websites.websiteOfEvent[Int(event)]
        if website == ColumnsBuilder.invisible { continue }
        byWebsite[Int(website)].append(
          ArrivedProperty(
            event: websites.rowOfEvent[Int(event)], key: keys[arrival], string: string,
            number: properties.numbers[row]))
      }
    }
    return (byWebsite, orphans)
  }
}

/// The properties of one website, in order of arrival, and the texts that their codes stand for.
struct WebsiteProperties {
  let rows: [ArrivedProperty]
  let keys: TextDictionary
  let strings: TextDictionary
}

/// A property whose event is known by its arrival number among its website's.
struct ArrivedProperty {
  let event: UInt32
  let key: UInt32
  let string: UInt32
  let number: Int64
}

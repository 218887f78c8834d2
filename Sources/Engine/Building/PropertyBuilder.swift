/// Collects properties as they arrive, before their events are known.
struct PropertyBuilder {
  private var events: [Int] = []
  private var keys: [UInt32] = []
  private var strings: [UInt32] = []
  private var numbers: [Int64] = []
  private var keyInterner = TextInterner.forDictionary()
  private var stringInterner = TextInterner.forDictionary()

  var keyDictionary: TextDictionary { keyInterner.dictionary() }
  var stringDictionary: TextDictionary { stringInterner.dictionary() }

  /// The keys of each event that were seen, as event × 2³² + code of the key.
  private var seen: Set<UInt64> = []

  /// False when the event has a property with this key already: the first one stays.
  mutating func append(_ property: PropertyRow, event: Int) -> Bool {
    let key = keyInterner.code(of: property.key)
    guard seen.insert(UInt64(event) << 32 | UInt64(key)).inserted else { return false }
    events.append(event)
    keys.append(key)
    strings.append(stringInterner.code(of: property.string))
    numbers.append(property.numberTenThousandths ?? PropertyColumns.missingNumber)
    return true
  }

  /// The properties of each website with the arrival numbers of their events, in order of arrival, and
  /// the count of those without an event.
  func join(
    _ places: [EventPlace?], websites: Int
  ) -> (byWebsite: [[ArrivedProperty]], orphans: Int) {
    var byWebsite: [[ArrivedProperty]] = Array(repeating: [], count: websites)
    var orphans = 0
    for index in events.indices {
      guard let place = places[events[index]] else {
        orphans += 1
        continue
      }
      byWebsite[place.website].append(
        ArrivedProperty(event: place.row, key: keys[index], string: strings[index], number: numbers[index]))
    }
    return (byWebsite, orphans)
  }
}

/// A property whose event is known by its arrival number.
struct ArrivedProperty {
  let event: UInt32
  let key: UInt32
  let string: UInt32
  let number: Int64
}

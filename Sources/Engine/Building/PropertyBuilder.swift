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

  mutating func append(_ property: PropertyRow, event: Int) {
    events.append(event)
    keys.append(keyInterner.code(of: property.key))
    strings.append(stringInterner.code(of: property.string))
    numbers.append(property.numberTenThousandths ?? PropertyColumns.missingNumber)
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

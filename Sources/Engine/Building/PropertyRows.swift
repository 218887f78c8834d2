/// The properties that one builder has taken, in order of arrival.
struct PropertyRows {
  /// The ids of their events.
  private(set) var events: [UUIDBits] = []
  private(set) var keys: [UInt32] = []
  private(set) var strings: [UInt32] = []
  private(set) var numbers: [Int64] = []
  private(set) var keyInterner = TextInterner.forDictionary()
  private(set) var stringInterner = TextInterner.forDictionary()

  var count: Int { events.count }

  mutating func append(_ property: PropertyRow, event: UUIDBits) {
    events.append(event)
    keys.append(keyInterner.code(of: property.key))
    strings.append(stringInterner.code(of: property.string))
    numbers.append(property.numberTenThousandths ?? PropertyColumns.missingNumber)
  }
}

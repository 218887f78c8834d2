/// A property, where its key is known.
struct KeyedProperty: RowEntry {
  let row: UInt32
  /// The code of the event's name.
  let name: UInt32
  /// `number_value` in ten-thousandths; `PropertyColumns.missingNumber` where there is none.
  let number: Int64
}

extension Partition {
  /// The properties with the key of code `key`, by row.
  func properties(withKey key: UInt32) -> [KeyedProperty] {
    derived.properties.value(key) {
      let (properties, names) = (properties, self[.eventName])
      return (0..<properties.count).filter { properties.keys[$0] == key }.map { index in
        let row = properties.rows[index]
        return KeyedProperty(row: row, name: names[Int(row)], number: properties.numbers[index])
      }
    }
  }
}

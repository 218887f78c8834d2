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
      let (rows, numbers) = (properties.rows.span, properties.numbers.span)
      var hasKey = Array(repeating: UInt8(0), count: properties.count)
      properties.keys.join(CodeBits(code: key), 0..<properties.count, into: &hasKey)
      var found: [KeyedProperty] = []
      forEachSet(hasKey.span, properties.count) { index in
        found.append(KeyedProperty(row: rows[index], name: names[Int(rows[index])], number: numbers[index]))
      }
      return found
    }
  }
}

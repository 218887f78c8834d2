import Engine

/// A property that a row has in addition to its columns.
struct RowProperty {
  /// The name, with those of the objects around it in front of it.
  let key: Bytes
  /// As Umami stores it in `string_value`: of a number, with four decimals.
  let text: Bytes
  /// Nil for a null, which takes the place of an earlier value with the same key.
  let type: PropertyDataType?
  var numberTenThousandths: Int64?

  /// The property as a row of `event_data`.
  func row(of eventID: Bytes) -> PropertyRow {
    var row = PropertyRow()
    row.eventID = eventID
    row.key = key
    row.string = text
    row.numberTenThousandths = numberTenThousandths
    row.dataType = (type ?? .text).rawValue
    return row
  }
}

extension RowFields {
  /// Keeps only the last of several properties with the same key, and no null.
  func removeRepeatedProperties() {
    if hasProperties { changeProperties(keepLatest) }
  }

  /// A number in ten-thousandths as JavaScript's `toFixed(4)` writes it.
  func keep(fourDecimals number: Int64) -> Bytes {
    keep(capacity: fourDecimalsCapacity) { writeFourDecimals(number, to: $0) }
  }
}

/// Keeps only the last of several properties with the same key, and no null.
private func keepLatest(_ properties: inout [RowProperty]) {
  guard properties.count > 1 || properties.first?.type == nil else { return }
  if properties.count <= pairwiseCount {
    var index = 0
    while index < properties.count {
      let key = properties[index].key
      if properties[(index + 1)...].contains(where: { sameBytes($0.key, key) }) {
        properties.remove(at: index)
      } else {
        index += 1
      }
    }
  } else {
    keepLatestBySorting(&properties)
  }
  properties.removeAll { $0.type == nil }
}

/// Up to this many properties are compared with each other.
private let pairwiseCount = 24

private func keepLatestBySorting(_ properties: inout [RowProperty]) {
  let order = properties.indices.sorted { first, second in
    let (a, b) = (properties[first].key, properties[second].key)
    return sameBytes(a, b) ? first < second : a.lexicographicallyPrecedes(b)
  }
  var isRepeated = Array(repeating: false, count: properties.count)
  for (index, next) in zip(order, order.dropFirst()) {
    isRepeated[index] = sameBytes(properties[index].key, properties[next].key)
  }
  properties = zip(properties, isRepeated).filter { !$0.1 }.map(\.0)
}

import System

/// A website's properties in the order of their events' rows.
struct PropertiesByRow {
  /// Ascending by row; those of one event in order of arrival.
  private let properties: [(row: UInt32, property: ArrivedProperty)]

  init(_ arrived: [ArrivedProperty], order: SessionOrder) {
    guard !arrived.isEmpty else {
      properties = []
      return
    }
    var rowOfArrival: [UInt32] = Array(repeating: 0, count: order.arrivals.count)
    for (row, arrival) in order.arrivals.enumerated() { rowOfArrival[Int(arrival)] = UInt32(row) }
    let rows = arrived.map { UInt64(rowOfArrival[Int($0.event)]) }
    properties = stableOrder(of: rows).map { place in
      (UInt32(rows[Int(place)]), arrived[Int(place)])
    }
  }

  /// The columns of the properties whose events stand at `rows`, with rows counted from the first.
  func columns(of rows: Range<Int>) -> PropertyColumns {
    let part = properties[rows.places(of: properties.count) { Int(properties[$0].row) }]
    let first = part.startIndex
    return PropertyColumns(
      rows: Column(part.map { $0.row - UInt32(rows.lowerBound) }),
      keys: CodeColumn(count: part.count, largest: part.map(\.property.key).max() ?? 0) {
        part[first + $0].property.key
      },
      strings: CodeColumn(count: part.count, largest: part.map(\.property.string).max() ?? 0) {
        part[first + $0].property.string
      },
      numbers: Column(part.map(\.property.number)))
  }
}

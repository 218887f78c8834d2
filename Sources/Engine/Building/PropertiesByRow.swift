/// A website's properties in the order of their events' rows.
struct PropertiesByRow {
  private let properties: [(row: Int, property: ArrivedProperty)]

  init(_ arrived: [ArrivedProperty], order: SessionOrder) {
    var rowOfArrival = Array(repeating: 0, count: order.arrivals.count)
    for (row, arrival) in order.arrivals.enumerated() { rowOfArrival[Int(arrival)] = row }
    // By row, then arrival: the index decides between properties of one event.
    properties = arrived.enumerated()
      .map { (row: rowOfArrival[Int($1.event)], index: $0, property: $1) }
      .sorted { ($0.row, $0.index) < ($1.row, $1.index) }
      .map { ($0.row, $0.property) }
  }

  /// The columns of the properties whose events stand at `rows`, with rows counted from the first.
  func columns(of rows: Range<Int>) -> PropertyColumns {
    let part = properties[index(notBefore: rows.lowerBound)..<index(notBefore: rows.upperBound)]
    let first = part.startIndex
    return PropertyColumns(
      rows: Column(part.map { UInt32($0.row - rows.lowerBound) }),
      keys: CodeColumn(count: part.count, largest: part.map(\.property.key).max() ?? 0) {
        part[first + $0].property.key
      },
      strings: CodeColumn(count: part.count, largest: part.map(\.property.string).max() ?? 0) {
        part[first + $0].property.string
      },
      numbers: Column(part.map(\.property.number)))
  }

  private func index(notBefore row: Int) -> Int {
    var (low, high) = (0, properties.count)
    while low < high {
      let middle = (low + high) / 2
      if properties[middle].row < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

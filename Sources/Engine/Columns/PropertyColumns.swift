/// The properties (`event_data`) of a partition's events, in the order of the events' rows, so that a
/// report joins them to their events by walking.
struct PropertyColumns: Sendable {
  /// The row of the property's event; ascending.
  let rows: Column<UInt32>
  /// Codes into the website's dictionary of property keys.
  let keys: CodeColumn
  /// Codes into the website's dictionary of property texts.
  let strings: CodeColumn
  /// `number_value` in ten-thousandths; `missingNumber` where there is none.
  let numbers: Column<Int64>

  static let missingNumber = Int64.min

  var count: Int { rows.count }

  /// The properties whose events are in `eventRows`.
  func range(of eventRows: Range<Int>) -> Range<Int> {
    firstIndex(notBefore: eventRows.lowerBound)..<firstIndex(notBefore: eventRows.upperBound)
  }

  private func firstIndex(notBefore row: Int) -> Int {
    let rows = rows.span
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(rows[middle]) < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

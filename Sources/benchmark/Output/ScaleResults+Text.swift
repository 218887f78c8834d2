import JSON

extension ScaleResults {
  /// The results of each number of events, as `run` gives them.
  var json: JSONValue { .array(results.map(\.json)) }

  /// The results as tables: the values, and what they are for each event.
  var text: String {
    let extrapolated = Self.extrapolatedSizes.filter { $0 > sizes[sizes.count - 1] }
    let isExtrapolated = !extrapolated.isEmpty
    return """
      \(results[0].cores) cores; medians of \(results[0].options.runs) runs, after one that is not counted

      \(table(extrapolated))
      \(tablePerEvent)
      \(isExtrapolated ? "*: not measured, but on the line through the two largest numbers of events" : "")

      """
  }

  private func table(_ extrapolated: [Int]) -> String {
    var table = TextTable(
      columns("of all events") + extrapolated.map { (decimalText(Double($0), digits: 0) + " *", .right) })
    for quantity in quantities {
      let values = quantity.values + extrapolated.map { self.extrapolated(quantity.values, to: $0) }
      table.append(
        [quantity.name, quantity.unit.rawValue] + values.map { $0.map { number($0, quantity.unit) } ?? "" })
    }
    return table.text
  }

  private var tablePerEvent: String {
    var table = TextTable(columns("for each event"))
    for quantity in quantities {
      let (unit, factor) = quantity.unit == .bytes ? ("bytes", 1) : ("ns", 1e9)
      let values = zip(sizes, quantity.values).map { size, value in
        value.map { decimalText($0 / Double(size) * factor, digits: 1) } ?? ""
      }
      table.append([quantity.name, unit] + values)
    }
    return table.text
  }

  private func columns(_ name: String) -> [(name: String, TextTable.Alignment)] {
    [(name, .left), ("", .left)] + sizes.map { (decimalText(Double($0), digits: 0), .right) }
  }

  private func number(_ value: Double, _ unit: Quantity.Unit) -> String {
    switch unit {
    case .seconds: decimalText(value, digits: 2)
    case .milliseconds: decimalText(value * 1000, digits: 2)
    case .bytes: decimalText(value / Double(1 << 20), digits: 0)
    }
  }
}

import Engine

extension UnusualValues {
  /// A line for each kind of unusual values that there are.
  var lines: [String] {
    var lines: [String] = []
    if unreadableAmounts > 0 {
      let example = unreadableAmount.map { text in
        var text = text
        return text.withUTF8(shown)
      }
      lines.append(
        "\(counted(unreadableAmounts, "amount of money is", "amounts of money are")) not a number, so that revenue "
          + "leaves \(unreadableAmounts == 1 ? "it" : "them") out\(example.map { ": \($0)" } ?? ""); use digits and "
          + "a point: 1234.56")
    }
    if amountsWithoutCurrency > 0 {
      lines.append(
        "\(counted(amountsWithoutCurrency, "event has", "events have")) a property revenue and none whose key contains "
          + "currency, so that the amount is in no currency")
    }
    if let unknownType {
      lines.append(
        "\(counted(unknownTypes, "event has an event_type", "events have an event_type")) that is none of 1 to 5: "
          + "\(unknownType); they are neither pageviews nor custom events")
    }
    return lines
  }
}

extension ColumnSet {
  /// Counts unusual values in all rows. Throws `cancelled`.
  func unusualValues(threads: Int, _ context: LoadContext) throws(StoreError) -> UnusualValues {
    let executor = ParallelExecutor(threads: threads, isCancelled: context.isCancelled)
    let values = unusualValues(executor)
    if executor.isCancelled { throw .cancelled }
    return values
  }
}

extension DiagnosticLog {
  func unusual(_ values: UnusualValues) { values.lines.forEach(write) }
}

extension Results {
  /// The results as a table for people.
  var text: String {
    """
    \(decimalText(Double(extent.events), digits: 0)) events from \(extent.whole.start) to \(extent.whole.end), \
    \(decimalText(Double(eventsOfMonth), digits: 0)) of them in the month from \(extent.month.start)
    \(cores) cores; medians of \(options.runs) runs, of fewer starts where they take long; \
    × limit: times what a plain parallel sum over the same bytes takes

    \(table)
    small requests: \(decimalText(requestsPerSecond, digits: 0)) a second (\(requests) goals of a day, sent without waiting)
    peak memory: \(peakResidentBytes.map { "\($0 >> 20) MiB" } ?? "not known here")

    """
  }

  private var table: String {
    var table = TextTable([
      "what": .left, "range": .left, "median ms": .right, "min–max ms": .right, "M rows/s": .right,
      "bytes/row": .right, "limit ms": .right, "× limit": .right,
    ])
    let speedOfStart = speed(loadedRowsPerSecond)
    table.append(["start, first reply", "", median(start), spread(start), speedOfStart, "", "", ""])
    table.append(["start, goals", "month", median(startToReport), spread(startToReport), "", "", "", ""])
    for report in reports {
      table.append([
        report.name, report.range, median(report.time), spread(report.time), speed(report.rowsPerSecond),
        "\(report.bytesPerRow)", median(report.limit), decimalText(report.timesLimit, digits: 1),
      ])
    }
    return table.text
  }

  private func median(_ samples: Samples) -> String { decimalText(samples.median.milliseconds, digits: 2) }

  private func spread(_ samples: Samples) -> String {
    decimalText(samples.minimum.milliseconds, digits: 2) + "–"
      + decimalText(samples.maximum.milliseconds, digits: 2)
  }

  private func speed(_ rowsPerSecond: Double) -> String { decimalText(rowsPerSecond / 1e6, digits: 1) }
}

extension Results {
  /// The results as tables.
  var text: String {
    """
    \(decimalText(Double(extent.events), digits: 0)) events from \(extent.whole.start) to \(extent.whole.end), \
    \(decimalText(Double(eventsOfMonth), digits: 0)) of them in the month from \(extent.month.start)
    \(cores) cores; medians of \(options.runs) runs, after one that is not counted

    \(loadTable)
    a write of 4 KiB that is on the disk when it is done takes \(median(synchronousWrite)) ms here
    \(appendTable)
    first ms: from the spawn of a process, which finds its columns in the cache, to the reply
    × limit: times what a plain parallel sum over the bytes takes that the report cannot do without
    \(duckDBVersion.map { "DuckDB: version \($0), with as many threads" } ?? "")
    \(reportTable)
    \(sentences.joined(separator: "\n"))

    """
  }

  private var sentences: [String] {
    var sentences: [String] = []
    if let mean = meanTimesFaster(range: "all"), let least = reports.compactMap(\.timesFaster).min() {
      sentences.append(
        "than DuckDB: \(decimalText(mean, digits: 1)) times faster over all events (geometric mean), "
          + "\(decimalText(least, digits: 1)) times at least")
    }
    sentences.append(
      "a new process: first reply \(decimalText(start.median.milliseconds, digits: 1)) ms after its spawn")
    sentences.append(
      "small requests: \(decimalText(requestsPerSecond, digits: 0)) a second "
        + "(\(requests) goals of a day, sent without waiting)")
    sentences.append("peak memory while answering: \(mebibytes(peakResidentBytes) ?? "not known here")")
    return sentences
  }

  private var loadTable: String {
    var table = TextTable(["loading": .left, "s": .right, "M rows/s": .right, "peak memory": .right])
    for load in loads {
      table.append([
        load.name, decimalText(load.time.seconds, digits: 2),
        decimalText(Double(extent.events) / load.time.seconds / 1e6, digits: 2),
        mebibytes(load.peakResidentBytes) ?? "",
      ])
    }
    return table.text
  }

  private var appendTable: String {
    var table = TextTable([
      "appending to": .left, "events a request": .right, "requests": .right, "median ms": .right,
      "min–max ms": .right, "events/s": .right, "next report ms": .right,
    ])
    for append in appends {
      table.append([
        append.store, decimalText(Double(append.events), digits: 0), "\(append.time.count)",
        median(append.time), spread(append.time), decimalText(append.eventsPerSecond, digits: 0),
        median(append.report),
      ])
    }
    return table.text
  }

  private var reportTable: String {
    let hasPeer = duckDBVersion != nil
    var table = TextTable(
      [
        ("report", .left), ("range", .left), ("median ms", .right), ("min–max ms", .right),
        ("first ms", .right),
        ("M rows/s", .right), ("limit ms", .right), ("× limit", .right),
      ] + (hasPeer ? [("DuckDB ms", .right), ("× faster", .right)] : []))
    for report in reports {
      var cells = [
        report.name, report.range, median(report.time), spread(report.time), median(report.first),
        decimalText(report.rowsPerSecond / 1e6, digits: 1), median(report.limit),
        decimalText(report.timesLimit, digits: 1),
      ]
      if hasPeer {
        cells += [
          report.duckDB.map(median) ?? "", report.timesFaster.map { decimalText($0, digits: 1) } ?? "",
        ]
      }
      table.append(cells)
    }
    return table.text
  }

  private func median(_ samples: Samples) -> String { decimalText(samples.median.milliseconds, digits: 2) }

  private func spread(_ samples: Samples) -> String {
    decimalText(samples.minimum.milliseconds, digits: 2) + "–"
      + decimalText(samples.maximum.milliseconds, digits: 2)
  }

  private func mebibytes(_ bytes: Int?) -> String? { bytes.map { "\($0 >> 20) MiB" } }
}

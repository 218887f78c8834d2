/// The events of one website in input order, without duplicates.
struct StagedWebsite {
  let id: String
  /// By builder: the rows that it has ingested for the website; nil if it has none.
  private(set) var rows: [WebsiteRows?]
  private(set) var runs: [Run] = []
  private(set) var count = 0

  /// Rows that are consecutive both in one builder and in the input.
  struct Run {
    let builder: Int
    var rows: Range<Int>
  }

  private init(id: String, builders: Int) {
    self.id = id
    rows = Array(repeating: nil, count: builders)
  }

  private mutating func append(_ source: WebsiteRows, of builder: Int, _ range: Range<Int>) {
    rows[builder] = source
    count += range.count
    if let last = runs.last, last.builder == builder, last.rows.upperBound == range.lowerBound {
      runs[runs.count - 1].rows = last.rows.lowerBound..<range.upperBound
    } else {
      runs.append(Run(builder: builder, rows: range))
    }
  }
}

extension StagedWebsite {
  /// Every website that has an event, and the position of each event.
  struct EventLocations {
    fileprivate(set) var websites: [StagedWebsite] = []
    /// By staged event, except duplicates: the index of its website in `websites`, or
    /// `ColumnsBuilder.invisible` if no report sees the event. Empty if there are no properties, because only
    /// their join needs it.
    fileprivate(set) var websiteOfEvent: [UInt32] = []
    /// Likewise: the staged number of the event within its website.
    fileprivate(set) var rowOfEvent: [UInt32] = []
  }

  /// The result is incomplete once `isCancelled` returns true.
  static func all(_ rows: StagedRows, deduplication: Deduplication, isCancelled: () -> Bool) -> EventLocations
  {
    var locations = EventLocations()
    if rows.propertyCount > 0 {
      locations.websiteOfEvent = Array(repeating: 0, count: rows.eventCount)
      locations.rowOfEvent = Array(repeating: 0, count: rows.eventCount)
    }
    var numbers: [[UInt8]: Int] = [:]
    /// By builder, then by its number of the website: the index in `locations`, and the number of earlier rows.
    var indexOfWebsite = rows.builders.map { Array(repeating: -1, count: $0.websites.count) }
    var before = rows.builders.map { Array(repeating: 0, count: $0.websites.count) }
    var inputIndex = 0
    for run in rows.runs where !isCancelled() {
      let builder = rows.builders[run.builder]
      for (website, count) in run.websiteRows { before[run.builder][Int(website)] = count }
      builder.forEachRun(run.events, isRepeated: deduplication.eventIsRepeated[inputIndex...]) { stretch in
        defer { inputIndex += stretch.count }
        let isInvisible = stretch.website & ColumnsBuilder.invisible != 0
        let number = Int(stretch.website & ~ColumnsBuilder.invisible)
        let source = builder.websites[number]
        let first = before[run.builder][number]
        if isInvisible {
          locations.recordInvisible(stretch.count, from: inputIndex)
        } else {
          before[run.builder][number] += stretch.count
        }
        if stretch.isRepeated { return }
        var website = indexOfWebsite[run.builder][number]
        if website < 0 {
          let id = Array(source.id.utf8)
          website = numbers[id] ?? locations.websites.count
          indexOfWebsite[run.builder][number] = website
          if website == locations.websites.count {
            numbers[id] = website
            locations.websites.append(StagedWebsite(id: source.id, builders: rows.builders.count))
          }
        }
        if isInvisible { return }
        locations.record(stretch.count, from: inputIndex, website, row: locations.websites[website].count)
        locations.websites[website].append(source, of: run.builder, first..<(first + stretch.count))
      }
    }
    return locations
  }
}

extension StagedWebsite.EventLocations {
  fileprivate mutating func recordInvisible(_ count: Int, from inputIndex: Int) {
    guard !websiteOfEvent.isEmpty else { return }
    for index in 0..<count { websiteOfEvent[inputIndex + index] = ColumnsBuilder.invisible }
  }

  fileprivate mutating func record(_ count: Int, from inputIndex: Int, _ website: Int, row: Int) {
    guard !rowOfEvent.isEmpty else { return }
    for index in 0..<count {
      websiteOfEvent[inputIndex + index] = UInt32(website)
      rowOfEvent[inputIndex + index] = UInt32(row + index)
    }
  }
}

/// Consecutive staged events of one website, either all duplicates or none.
private struct StagedRun {
  let website: UInt32
  let isRepeated: Bool
  let count: Int
}

extension ColumnsBuilder {
  /// Divides `events` into the longest possible runs. `isRepeated` begins with the flag of the first event.
  fileprivate func forEachRun(
    _ events: Range<Int>, isRepeated: ArraySlice<Bool>, _ body: (StagedRun) -> Void
  ) {
    let numbers = eventWebsites.codes(events)
    let offset = isRepeated.startIndex
    var start = 0
    while start < numbers.count {
      let (website, flag) = (numbers[start], isRepeated[offset + start])
      var end = start + 1
      while end < numbers.count, numbers[end] == website, isRepeated[offset + end] == flag { end += 1 }
      body(StagedRun(website: website, isRepeated: flag, count: end - start))
      start = end
    }
  }
}

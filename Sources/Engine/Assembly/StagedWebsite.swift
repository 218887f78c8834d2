/// The events of one website in order of arrival, without those that repeat one.
struct StagedWebsite {
  let id: String
  /// What each builder has of the website; nil where it has nothing.
  private(set) var rows: [WebsiteRows?]
  private(set) var runs: [Run] = []
  private(set) var count = 0

  /// Rows that stand side by side in one builder and came one after the other.
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
  /// Every website that has an event, and where each event stands.
  struct Places {
    fileprivate(set) var websites: [StagedWebsite] = []
    /// By number of arrival, for events that are not repeated: the website, by its place in `websites`.
    /// `ColumnsBuilder.invisible` for those that no report sees. Empty where there are no properties to ask for it.
    fileprivate(set) var websiteOfEvent: [UInt32] = []
    /// Likewise: the event's number of arrival among its website's.
    fileprivate(set) var rowOfEvent: [UInt32] = []
  }

  /// Incomplete once `isCancelled` says true.
  static func all(_ rows: StagedRows, known: Deduplication, isCancelled: () -> Bool) -> Places {
    var places = Places()
    if rows.propertyCount > 0 {
      places.websiteOfEvent = Array(repeating: 0, count: rows.eventCount)
      places.rowOfEvent = Array(repeating: 0, count: rows.eventCount)
    }
    var numbers: [[UInt8]: Int] = [:]
    /// By builder, then by its number of the website: the place in `places`, and how many rows came before.
    var placeOfWebsite = rows.builders.map { Array(repeating: -1, count: $0.websites.count) }
    var before = rows.builders.map { Array(repeating: 0, count: $0.websites.count) }
    var arrival = 0
    for run in rows.runs where !isCancelled() {
      let builder = rows.builders[run.builder]
      for (website, count) in run.websiteRows { before[run.builder][Int(website)] = count }
      builder.forEachStretch(run.events, isRepeated: known.eventIsRepeated[arrival...]) { stretch in
        defer { arrival += stretch.count }
        let isInvisible = stretch.website & ColumnsBuilder.invisible != 0
        let number = Int(stretch.website & ~ColumnsBuilder.invisible)
        let source = builder.websites[number]
        let first = before[run.builder][number]
        if isInvisible {
          places.noteInvisible(stretch.count, from: arrival)
        } else {
          before[run.builder][number] += stretch.count
        }
        if stretch.isRepeated { return }
        var website = placeOfWebsite[run.builder][number]
        if website < 0 {
          let id = Array(source.id.utf8)
          website = numbers[id] ?? places.websites.count
          placeOfWebsite[run.builder][number] = website
          if website == places.websites.count {
            numbers[id] = website
            places.websites.append(StagedWebsite(id: source.id, builders: rows.builders.count))
          }
        }
        if isInvisible { return }
        places.note(stretch.count, from: arrival, website, row: places.websites[website].count)
        places.websites[website].append(source, of: run.builder, first..<(first + stretch.count))
      }
    }
    return places
  }
}

extension StagedWebsite.Places {
  fileprivate mutating func noteInvisible(_ count: Int, from arrival: Int) {
    guard !websiteOfEvent.isEmpty else { return }
    for index in 0..<count { websiteOfEvent[arrival + index] = ColumnsBuilder.invisible }
  }

  fileprivate mutating func note(_ count: Int, from arrival: Int, _ website: Int, row: Int) {
    guard !rowOfEvent.isEmpty else { return }
    for index in 0..<count {
      websiteOfEvent[arrival + index] = UInt32(website)
      rowOfEvent[arrival + index] = UInt32(row + index)
    }
  }
}

/// Events that came one after the other, all of one website, and all of them repeated or none.
private struct Stretch {
  let website: UInt32
  let isRepeated: Bool
  let count: Int
}

extension ColumnsBuilder {
  /// Divides `events` into stretches as long as can be; `isRepeated` begins with the first of them.
  fileprivate func forEachStretch(
    _ events: Range<Int>, isRepeated: ArraySlice<Bool>, _ body: (Stretch) -> Void
  ) {
    let numbers = eventWebsites.codes(events)
    let offset = isRepeated.startIndex
    var start = 0
    while start < numbers.count {
      let (website, flag) = (numbers[start], isRepeated[offset + start])
      var end = start + 1
      while end < numbers.count, numbers[end] == website, isRepeated[offset + end] == flag { end += 1 }
      body(Stretch(website: website, isRepeated: flag, count: end - start))
      start = end
    }
  }
}

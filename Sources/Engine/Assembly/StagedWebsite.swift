/// The events of one website, or its measurements, in input order, without duplicates.
struct StagedWebsite {
  let id: String
  let hasMeasurements: Bool
  /// By builder: the rows that it has ingested for the website; nil if it has none.
  private(set) var rows: [WebsiteRows?]
  private(set) var runs: [Run] = []
  private(set) var count = 0

  /// Rows that are consecutive both in one builder and in the input.
  struct Run {
    let builder: Int
    var rows: Range<Int>
  }

  private init(id: String, hasMeasurements: Bool, builders: Int) {
    self.id = id
    self.hasMeasurements = hasMeasurements
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
  /// Every website that has an event or a measurement, and the position of each event.
  struct EventLocations {
    /// The measurements of a website come after its events.
    fileprivate(set) var websites: [StagedWebsite] = []
    /// By staged event, except duplicates: the index of its website in `websites`, or
    /// `ColumnsBuilder.measurement` if it is one. Empty if there are no properties, because only their join
    /// needs it.
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
    var numbers = WebsiteNumbers(builders: rows.builders)
    var inputIndex = 0
    for run in rows.runs where !isCancelled() {
      let builder = rows.builders[run.builder]
      for (website, count) in run.websiteRows { numbers.setRows(before: count, of: website, run.builder) }
      builder.forEachRun(run.events, isRepeated: deduplication.eventIsRepeated[inputIndex...]) { stretch in
        defer { inputIndex += stretch.count }
        let isMeasurement = stretch.website & ColumnsBuilder.measurement != 0
        let source = builder.rows(of: stretch.website)
        let first = numbers.take(stretch.count, of: stretch.website, run.builder)
        if isMeasurement { locations.recordMeasurements(stretch.count, from: inputIndex) }
        if stretch.isRepeated { return }
        let website = numbers.index(of: stretch.website, source.id, run.builder, &locations)
        if !isMeasurement {
          locations.record(stretch.count, from: inputIndex, website, row: locations.websites[website].count)
        }
        locations.websites[website].append(source, of: run.builder, first..<(first + stretch.count))
      }
    }
    return locations
  }

  /// Finds the staged website of each builder's website, apart for events and for measurements.
  private struct WebsiteNumbers {
    /// By id: the index among the staged websites of its events, and of its measurements.
    private var numbers: [[UInt8]: (events: Int, measurements: Int?)] = [:]
    /// By builder, then by its place: the index among the staged websites, and the number of earlier rows.
    private var indexes: [[Int]]
    private var before: [[Int]]

    init(builders: [ColumnsBuilder]) {
      indexes = builders.map { Array(repeating: -1, count: 2 * $0.websites.count) }
      before = builders.map { Array(repeating: 0, count: 2 * $0.websites.count) }
    }

    /// The place of a builder's website, which may be marked, in the lists of that builder.
    private static func place(_ website: UInt32) -> Int {
      2 * Int(website & ~ColumnsBuilder.measurement) + (website & ColumnsBuilder.measurement != 0 ? 1 : 0)
    }

    mutating func setRows(before count: Int, of website: UInt32, _ builder: Int) {
      before[builder][Self.place(website)] = count
    }

    /// Returns the number of the website's earlier rows, and counts `count` more.
    mutating func take(_ count: Int, of website: UInt32, _ builder: Int) -> Int {
      defer { before[builder][Self.place(website)] += count }
      return before[builder][Self.place(website)]
    }

    /// Returns the index of the website, which is added to `locations` if it is new. A website with
    /// only measurements is known, so it has an entry for events too, which stays empty.
    mutating func index(
      of website: UInt32, _ id: String, _ builder: Int, _ locations: inout EventLocations
    ) -> Int {
      let place = Self.place(website)
      if indexes[builder][place] >= 0 { return indexes[builder][place] }
      func add(hasMeasurements: Bool) -> Int {
        locations.websites.append(
          StagedWebsite(id: id, hasMeasurements: hasMeasurements, builders: indexes.count))
        return locations.websites.count - 1
      }
      let bytes = Array(id.utf8)
      var known = numbers[bytes] ?? (events: add(hasMeasurements: false), measurements: nil)
      var index = known.events
      if website & ColumnsBuilder.measurement != 0 {
        index = known.measurements ?? add(hasMeasurements: true)
        known.measurements = index
      }
      numbers[bytes] = known
      indexes[builder][place] = index
      return index
    }
  }
}

extension StagedWebsite {
  /// The values of measurements as properties, whose keys are the indexes of `WebVital` plus one.
  func vitals() -> [StagedProperty] {
    var properties: [StagedProperty] = []
    var event: UInt32 = 0
    for run in runs {
      for row in run.rows {
        // Every run is of a builder that has rows.
        guard let vitals = rows[run.builder]?.vitals[row] else { continue }
        for vital in WebVital.allCases {
          guard let number = vitals[vital] else { continue }
          properties.append(
            StagedProperty(
              event: event, key: UInt32(vital.rawValue + 1), string: 0, number: number,
              type: PackedPropertyType(WebVitals.dataType)))
        }
        event += 1
      }
    }
    return properties
  }
}

extension StagedWebsite.EventLocations {
  fileprivate mutating func recordMeasurements(_ count: Int, from inputIndex: Int) {
    guard !websiteOfEvent.isEmpty else { return }
    for index in 0..<count { websiteOfEvent[inputIndex + index] = ColumnsBuilder.measurement }
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
  /// The events of a website, or its measurements if it is marked.
  fileprivate func rows(of website: UInt32) -> WebsiteRows {
    let events = websites[Int(website & ~Self.measurement)]
    if website & Self.measurement == 0 { return events }
    return measurements[Int(website & ~Self.measurement)] ?? events
  }

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

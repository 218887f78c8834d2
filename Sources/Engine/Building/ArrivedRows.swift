/// All rows that several builders have taken, in order of arrival: part after part.
struct ArrivedRows {
  let builders: [ColumnsBuilder]
  let runs: [Run]
  let eventCount: Int
  let propertyCount: Int

  /// The rows of one part, which one builder has taken.
  struct Run {
    let builder: Int
    let events: Range<Int>
    let properties: Range<Int>
    /// See `ColumnsBuilder.Part`.
    let websiteRows: [Int]
  }

  init(_ builders: consuming [ColumnsBuilder], parts: [Int]) {
    var runOfPart: [Int: Run] = [:]
    for (number, builder) in builders.enumerated() {
      for (place, part) in builder.parts.enumerated() {
        let next = place + 1 < builder.parts.count ? builder.parts[place + 1] : nil
        runOfPart[part.number] = Run(
          builder: number, events: part.firstEvent..<(next?.firstEvent ?? builder.eventIDs.count),
          properties: part.firstProperty..<(next?.firstProperty ?? builder.properties.count),
          websiteRows: part.websiteRows)
      }
    }
    runs = parts.compactMap { runOfPart[$0] }
    precondition(runs.count == parts.count, "a part that no builder has had")
    eventCount = runs.reduce(0) { $0 + $1.events.count }
    propertyCount = runs.reduce(0) { $0 + $1.properties.count }
    precondition(eventCount < Int(UInt32.max), "over 4 billion events")
    self.builders = builders
  }

  /// Finds out which rows count, and what belongs together.
  func joined(threads: Int) -> JoinedRows {
    var properties = ArrivedProperties(self)
    let known = KnownRows(self, propertyKeys: properties.keys, threads: threads)
    let places = WebsiteArrivals.all(self, known: known)
    let (byWebsite, orphans) = properties.join(known, places)
    return JoinedRows(
      websites: places.websites, properties: byWebsite, propertyKeys: properties.keyDictionary,
      propertyStrings: properties.stringDictionary, orphanProperties: orphans,
      repeated: known.repeated(in: runs))
  }
}

/// The events of each website in order of arrival, and their properties.
struct JoinedRows {
  let websites: [WebsiteArrivals]
  /// By website.
  let properties: [[ArrivedProperty]]
  let propertyKeys: TextDictionary
  let propertyStrings: TextDictionary
  let orphanProperties: Int
  let repeated: RepeatedRows

  func columns(threads: Int) -> ColumnSet {
    let finished = zip(websites, properties).map { website, properties in
      WebsiteMerge(website, threads: threads).columns(
        properties: properties, keys: propertyKeys, strings: propertyStrings)
    }
    return ColumnSet(
      websites: finished.sorted { precedes($0.id, $1.id) }, orphanProperties: orphanProperties)
  }
}

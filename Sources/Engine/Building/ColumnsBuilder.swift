/// Turns rows, in order of arrival, into columns.
///
/// Texts and ids become codes and dense numbers as rows arrive; ``finish()`` then brings the rows into
/// their order. Nothing but integers is moved after a row has been appended.
public struct ColumnsBuilder {
  private var websites: [WebsiteBuilder] = []
  private var websiteNumbers = IdentifierTable()
  private var events = IdentifierTable()
  /// Where the event of each number stands; nil while only properties have spoken of it.
  private var places: [EventPlace?] = []
  private var properties = PropertyBuilder()

  public init() {}

  /// Adds an event. False when an event with this id is there already: the first one stays.
  @discardableResult
  public mutating func append(_ row: EventRow) -> Bool {
    let website = websiteNumber(of: row.websiteID)
    let place = EventPlace(website: website, row: UInt32(websites[website].rowCount))
    if !row.eventID.isEmpty {
      let event = Int(events.number(of: row.eventID).number)
      if event == places.count { places.append(nil) }
      guard places[event] == nil else { return false }
      places[event] = place
    }
    websites[website].append(row)
    return true
  }

  /// Adds a property; its event may come before or after it. False when the event has a property with this
  /// key already: the first one stays.
  @discardableResult
  public mutating func append(_ property: PropertyRow) -> Bool {
    let event = Int(events.number(of: property.eventID).number)
    if event == places.count { places.append(nil) }
    return properties.append(property, event: event)
  }

  public consuming func finish() -> ColumnSet {
    let (propertiesByWebsite, orphans) = properties.join(places, websites: websites.count)
    let keys = properties.keyDictionary
    let strings = properties.stringDictionary
    let finished = websites.enumerated().map { number, website in
      website.finish(properties: propertiesByWebsite[number], keys: keys, strings: strings)
    }
    return ColumnSet(
      websites: finished.sorted { precedes($0.id, $1.id) }, orphanProperties: orphans)
  }

  private mutating func websiteNumber(of id: Bytes) -> Int {
    let number = Int(websiteNumbers.number(of: id).number)
    if number == websites.count {
      websites.append(WebsiteBuilder(id: String(decoding: id, as: UTF8.self)))
    }
    return number
  }
}

/// Where an event stands before rows are brought into order.
struct EventPlace: Equatable {
  let website: Int
  /// The event's number among its website's, in order of arrival.
  let row: UInt32
}

import Engine
import EventStore
import JSON

extension NewEvent {
  /// Converts a JSON object that matches the schema of events.
  ///
  /// - Parameters:
  ///   - now: The time of an event that has none; milliseconds since 1970.
  ///   - newID: Returns the id of an event that has none.
  ///   - keys: Counts the keys of its properties.
  ///
  /// Throws what the schema cannot see.
  init(
    _ event: JSONValue, now: Int64, newID: () -> String, keys: inout PropertyKeyBudget
  ) throws(RowDefect) {
    let members = EventMembers(event.object ?? JSONObject())
    let properties = try EventProperty.flattened(members.data, &keys)
    let createdAt =
      if let time = members.createdAt { try Self.createdAtMilliseconds(reading: time) } else { now }
    try self.init(
      id: members.id ?? newID(), sessionID: members.sessionID ?? "", createdAtMilliseconds: createdAt,
      websiteID: members.websiteID, type: members.type, url: members.url, referrer: members.referrer,
      values: members.values, properties: properties)
  }
}

/// The members of an event in either of its forms, by what they mean.
private struct EventMembers {
  private(set) var id, websiteID, sessionID, createdAt, url, referrer: String?
  private(set) var type: UInt8?
  private(set) var values: [EventField: String] = [:]
  private(set) var data: JSONValue = .null

  init(_ members: JSONObject) {
    if let payload = members["payload"]?.object {
      takeTrackerPayload(payload, envelope: members)
    } else {
      takeColumns(members)
    }
    if sessionID == nil { sessionID = members["visitor"].flatMap(Self.text) }
  }

  /// Takes members that are named like columns.
  private mutating func takeColumns(_ members: JSONObject) {
    for (name, value) in members.members { take(name, value) }
  }

  /// Takes the payload of Umami's tracker, into the columns that Umami stores it in.
  private mutating func takeTrackerPayload(_ payload: JSONObject, envelope members: JSONObject) {
    for (name, value) in payload.members {
      switch name {
      case "website": take("website_id", value)
      case "title": take("page_title", value)
      case "name": take("event_name", value)
      case "id": take("distinct_id", value)
      case "timestamp": take("created_at", value)
      default: take(name, value)
      }
    }
    for name in ["session_id", "visit_id", "event_id", "created_at"] { take(name, members[name] ?? .null) }
  }

  private mutating func take(_ name: String, _ value: JSONValue) {
    guard let text = Self.text(value) else { return }
    switch name {
    case "url": url = text
    case "referrer": referrer = text
    case "data": data = value
    default:
      guard let field = EventField(rawValue: name) else { return }
      take(field, text, value)
    }
  }

  private mutating func take(_ field: EventField, _ text: String, _ value: JSONValue) {
    switch field {
    case .eventID: id = text
    case .websiteID: websiteID = text
    case .sessionID: sessionID = text
    case .createdAt: createdAt = text
    case .eventType: type = value.wholeNumber.flatMap { UInt8(exactly: $0) }
    default: values[field] = text
    }
  }

  /// The text of a value as a column has it; nil for a null.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .null: nil
    case .string(let text): text
    // Its members are properties.
    case .object: ""
    default: value.description
    }
  }
}

extension EventProperty {
  /// The properties of an event's data. Nested objects are flattened as Umami does. Throws `notANumber` for a number
  /// that is too large, and the defects of keys.
  fileprivate static func flattened(
    _ data: JSONValue, _ keys: inout PropertyKeyBudget
  ) throws(RowDefect) -> [EventProperty] {
    var properties: [EventProperty] = []
    if case .object = data { try append(data, "", to: &properties, &keys) }
    return properties
  }

  private static func append(
    _ value: JSONValue, _ key: String, to properties: inout [EventProperty], _ keys: inout PropertyKeyBudget
  ) throws(RowDefect) {
    switch value {
    case .null: break
    case .object(let members):
      for (name, value) in members.members {
        try append(value, try keys.key(name, in: key), to: &properties, &keys)
      }
    case .array: properties.append(try EventProperty(key, .array(value.description)))
    case .bool(let value): properties.append(try EventProperty(key, .boolean(value)))
    case .string(let text): properties.append(try EventProperty(key, Value(text)))
    default:
      properties.append(try EventProperty(key, .number(tenThousandths: try tenThousandths(value, key))))
    }
  }

  private static func tenThousandths(_ number: JSONValue, _ key: String) throws(RowDefect) -> Int64 {
    var text = number.description
    guard let tenThousandths = text.withUTF8(parseTenThousandths) else {
      throw .notANumber(column: key, value: text)
    }
    return tenThousandths
  }
}

import Calendar
import Engine
import EventStore
import JSON

extension NewEvent {
  /// Converts a JSON object that matches the schema of events.
  ///
  /// - Parameters:
  ///   - now: The time of an event that has none; milliseconds since 1970.
  ///   - newID: Returns the id of an event that has none.
  ///   - keyBytes: How many bytes of property keys the request may still have; reduced by the keys of this event.
  init(_ event: JSONValue, now: Int64, newID: () -> String, keyBytes: inout Int) {
    let members = event.object ?? JSONObject()
    self.init([])
    var flattening = Flattening(request: keyBytes)
    defer { keyBytes = flattening.request }
    if let payload = members["payload"]?.object {
      takeTracked(payload, envelope: members, &flattening)
    } else {
      takeColumns(members, &flattening)
    }
    if self["session_id"] == nil { take("session_id", members["visitor"]) }
    if self["created_at"] == nil { fields.append(Field("created_at", "\(now)")) }
    if self["event_id"] == nil { fields.append(Field("event_id", newID())) }
  }

  /// Takes members that are named like columns.
  private mutating func takeColumns(_ members: JSONObject, _ flattening: inout Flattening) {
    for (name, value) in members.members {
      switch name {
      case "visitor": break
      case "data": takeProperties(value, &flattening)
      default: take(name, value)
      }
    }
  }

  /// Takes the payload of Umami's tracker, into the columns that Umami stores it in.
  private mutating func takeTracked(
    _ payload: JSONObject, envelope members: JSONObject, _ flattening: inout Flattening
  ) {
    for name in ["session_id", "visit_id", "event_id", "created_at"] { take(name, members[name]) }
    for (name, value) in payload.members {
      switch name {
      case "website": take("website_id", value)
      case "title": take("page_title", value)
      case "name": take("event_name", value)
      case "id": take("distinct_id", value)
      case "timestamp": if members["created_at"] == nil { take("created_at", value) }
      case "data": takeProperties(value, &flattening)
      default: take(name, value)
      }
    }
  }

  private mutating func take(_ column: String, _ value: JSONValue?) {
    switch value {
    case nil, .null?: break
    case .string(let text)?: fields.append(Field(column, text))
    case let number?: fields.append(Field(column, number.description))
    }
  }

  /// Takes the properties of an event's data. Nested objects are flattened as Umami does.
  private mutating func takeProperties(_ data: JSONValue, _ flattening: inout Flattening) {
    properties = []
    take(data, "", &flattening)
  }

  private mutating func take(_ value: JSONValue, _ key: String, _ flattening: inout Flattening) {
    switch value {
    case .null: break
    case .object(let members):
      for (name, value) in members.members {
        guard defect == nil, let key = flattening.key(name, in: key, &defect) else { return }
        take(value, key, &flattening)
      }
    case .array: properties.append(Property(key, value.description, .array))
    case .bool: properties.append(Property(key, value.description, .boolean))
    case .string(let text): properties.append(Self.property(key, text))
    default: properties.append(Property(key, value.description, .number))
    }
  }

  /// A string property. Umami stores a string as a date if it is an instant in the format of JavaScript's `toISOString`,
  /// also with another zone or without milliseconds.
  private static func property(_ key: String, _ text: String) -> Property {
    let bytes = Array(text.utf8.prefix(30))
    // Of the spellings of an instant, only those with these characters, and no 24th hour or 60th second.
    guard 19...29 ~= bytes.count, bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
      bytes.allSatisfy({ "0123456789-:.+TZz".utf8.contains($0) }), !bytes[11...].starts(with: "24".utf8),
      !bytes[17...].starts(with: "60".utf8),
      let instant = parseInstant(text)
    else { return Property(key, text, .text) }
    return Property(key, formatInstantWithMilliseconds(instant), .date)
  }
}

/// Builds the keys of nested members, within limits: the name of an object is repeated in the key of each of its members,
/// so a short request could otherwise produce very many bytes.
private struct Flattening {
  /// How many bytes of keys the event, and all events of the request, may still have.
  private var event = DataLimits.standard.eventKeyBytes
  private(set) var request: Int

  init(request: Int) { self.request = request }

  /// The key of the member `name` of the object with the key `parent`; nil if it would be too long, with the reason in
  /// `defect`.
  mutating func key(_ name: String, in parent: String, _ defect: inout RowDefect?) -> String? {
    let bytes = parent.utf8.count + (parent.isEmpty ? 0 : 1) + name.utf8.count
    event -= bytes
    if bytes > DataLimits.standard.propertyKeyBytes {
      let start = String(decoding: (parent.isEmpty ? name : parent).utf8.prefix(100), as: UTF8.self)
      defect = .keyTooLong(key: start, maximumBytes: DataLimits.standard.propertyKeyBytes)
    } else if event < 0 {
      defect = .keysTooLong(of: "an event", maximumBytes: DataLimits.standard.eventKeyBytes)
    } else if request < bytes {
      defect = .keysTooLong(of: "the events of a request", maximumBytes: DataLimits.standard.appendedKeyBytes)
    }
    guard defect == nil else { return nil }
    request -= bytes
    return parent.isEmpty ? name : "\(parent).\(name)"
  }
}

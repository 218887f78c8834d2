import Engine
import EventStore
import JSON

extension NewEvent {
  /// The event of an object that fits the schema of events.
  ///
  /// - Parameters:
  ///   - now: when it happened, where it does not say; milliseconds since 1970.
  ///   - newID: gives an id to an event that has none.
  init(_ event: JSONValue, now: Int64, newID: () -> String) {
    let members = event.object ?? JSONObject()
    self.init([])
    if let payload = members["payload"]?.object {
      takeTracked(payload, beside: members)
    } else {
      takeColumns(members)
    }
    if self["session_id"] == nil { take("session_id", members["visitor"]) }
    if self["created_at"] == nil { fields.append(Field("created_at", "\(now)")) }
    if self["event_id"] == nil { fields.append(Field("event_id", newID())) }
  }

  /// Members that are named as columns are.
  private mutating func takeColumns(_ members: JSONObject) {
    for (name, value) in members.members {
      switch name {
      case "visitor": break
      case "data": properties = Self.properties(value)
      default: take(name, value)
      }
    }
  }

  /// What Umami's tracker sends, under the columns in which its collector puts it.
  private mutating func takeTracked(_ payload: JSONObject, beside members: JSONObject) {
    for name in ["session_id", "visit_id", "event_id", "created_at"] { take(name, members[name]) }
    for (name, value) in payload.members {
      switch name {
      case "website": take("website_id", value)
      case "title": take("page_title", value)
      case "name": take("event_name", value)
      case "id": take("distinct_id", value)
      case "timestamp": if members["created_at"] == nil { take("created_at", value) }
      case "data": properties = Self.properties(value)
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

  /// The properties of an event's data, objects taken apart as Umami does it.
  private static func properties(_ data: JSONValue) -> [Property] {
    var properties: [Property] = []
    func add(_ value: JSONValue, _ key: String) {
      switch value {
      case .null: break
      case .object(let members):
        for (name, value) in members.members { add(value, key.isEmpty ? name : "\(key).\(name)") }
      case .array: properties.append(Property(key, value.description, .array))
      case .bool: properties.append(Property(key, value.description, .boolean))
      case .string(let text): properties.append(property(key, text))
      default: properties.append(Property(key, value.description, .number))
      }
    }
    add(data, "")
    return properties
  }

  /// A text that is an instant as `toISOString` writes it, or with another zone or without its milliseconds, is
  /// a date to Umami.
  private static func property(_ key: String, _ text: String) -> Property {
    let bytes = Array(text.utf8.prefix(30))
    guard 19...29 ~= bytes.count, bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
      let instant = parseInstant(text)
    else { return Property(key, text, .text) }
    return Property(key, formatInstantWithMilliseconds(instant), .date)
  }
}

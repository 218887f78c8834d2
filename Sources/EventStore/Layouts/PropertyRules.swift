import Calendar
public import Engine

// How members of JSON objects become properties: the rules of Umami's collector, for events of requests and lines of
// files. The two are parsed separately, because a request is already a value and a line is read in place, without one.

/// Umami's codes for the type of a property's value, `data_type`.
enum PropertyDataType: UInt8 {
  case text = 1
  case number, boolean, date, array
}

/// The instant of a text that is stored as a date, in milliseconds since 1970: one in the format of JavaScript's
/// `toISOString`, also with another zone or without milliseconds. Nil for any other text.
func storedDate(_ text: Bytes) -> Int64? {
  // Of the spellings of an instant, only those with these characters, and no 24th hour or 60th second.
  guard 19...29 ~= text.count, text[4] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
    text.allSatisfy(isDateCharacter), !text[11...].starts(with: "24".utf8),
    !text[17...].starts(with: "60".utf8)
  else { return nil }
  return parseInstant(text)
}

private func isDateCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"),
    UInt8(ascii: "T"), UInt8(ascii: "Z"), UInt8(ascii: "z"):
    true
  default: false
  }
}

/// How long the keys of properties may still become. The name of an object is repeated in the key of each of its
/// members, so that a short text could otherwise produce very many bytes.
public struct PropertyKeyBudget {
  private let limits: DataLimits
  /// What the event has left.
  private var eventBytes: Int
  /// What all events of the request have left.
  private(set) var requestBytes: Int

  /// - Parameter requestBytes: the limit of the keys of all events together.
  public init(_ limits: DataLimits = .standard, requestBytes: Int = .max) {
    self.limits = limits
    self.requestBytes = requestBytes
    eventBytes = limits.eventKeyBytes
  }

  /// Makes room for the keys of another event.
  public mutating func beginEvent() { eventBytes = limits.eventKeyBytes }

  /// The key of the member `name` of the object with the key `parent`, which is empty if the object is the event's
  /// data. Throws `keyTooLong` or `keysTooLong`.
  public mutating func key(_ name: String, in parent: String) throws(RowDefect) -> String {
    try count(name.utf8, in: parent.utf8)
    return parent.isEmpty ? name : "\(parent).\(name)"
  }

  /// Counts the key of the member `name` of the object with the key `parent`.
  mutating func count(
    _ name: some Collection<UInt8>, in parent: some Collection<UInt8>
  ) throws(RowDefect) {
    let bytes = parent.count + (parent.isEmpty ? 0 : 1) + name.count
    eventBytes -= bytes
    if bytes > limits.propertyKeyBytes {
      let start =
        parent.isEmpty
        ? String(decoding: name.prefix(100), as: UTF8.self)
        : String(decoding: parent.prefix(100), as: UTF8.self)
      throw .keyTooLong(key: start, maximumBytes: limits.propertyKeyBytes)
    }
    guard eventBytes >= 0 else { throw .keysTooLong(of: "an event", maximumBytes: limits.eventKeyBytes) }
    guard requestBytes >= bytes else {
      throw .keysTooLong(of: "the events of a request", maximumBytes: limits.appendedKeyBytes)
    }
    requestBytes -= bytes
  }
}

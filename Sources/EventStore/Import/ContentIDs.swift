import Engine
import System

/// Assigns ids to events without an id. The ids are derived from the rows' contents, so that importing a file
/// again yields the same ids.
///
/// An id is a hash of the row's values and of the number of earlier rows in the file with the same values.
struct ContentIDs {
  private var occurrences: [UInt128: UInt64] = [:]

  /// The id of the next row with these values.
  mutating func next(_ values: ContentHash) -> String {
    let occurrence = occurrences[values.value, default: 0]
    occurrences[values.value] = occurrence + 1
    var hash = values
    hash.combine(occurrence)
    return hash.uuid
  }
}

/// A hash that is the same in every process and on every machine, because stores keep its results: 128-bit
/// FNV-1a.
struct ContentHash {
  private(set) var value: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D

  /// Adds the length of a text and the text, so that "a", "bc" and "ab", "c" differ.
  mutating func combine(_ text: Bytes) {
    combine(UInt64(text.count))
    for byte in text { combine(byte) }
  }

  mutating func combine(_ number: UInt64) {
    for byte in 0..<8 { combine(UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))) }
  }

  private mutating func combine(_ byte: UInt8) {
    value = (value ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
  }

  /// The hash as a UUID of version 8, whose other bits the application may choose (RFC 9562, section 5.8).
  var uuid: String {
    let (high, low) = (UInt64(value >> 64), UInt64(truncatingIfNeeded: value))
    return UUIDBits(version: 8, high: high, low: low).text
  }
}

extension ContentHash {
  /// The hash of an event without an id: of its values as they are stored and its properties, except for the id
  /// that the hash replaces; or of the text that identifies the row.
  init(_ event: EventRow, _ fields: RowFields, _ layout: EventLayout) {
    self.init()
    combine(event.websiteID)
    if !fields.identity.isEmpty {
      combine(fields.identity)
      return
    }
    combine(UInt64(event.eventType))
    combine(UInt64(bitPattern: event.createdAtMilliseconds))
    for (field, slot) in zip(EventField.allCases, layout.slots) {
      switch field {
      case .websiteID, .eventID, .eventType, .createdAt: break
      default: combine(fields[slot])
      }
    }
    for property in fields.properties {
      combine(property.key)
      combine(property.text)
    }
  }
}

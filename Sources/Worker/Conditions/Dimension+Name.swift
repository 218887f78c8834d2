import Engine

/// Where the value of a column is taken from.
enum DimensionSource: String {
  /// From the event itself.
  case event
  /// From the first event of the event's visit.
  case visit
}

extension Dimension {
  /// The dimension of a name in requests: a column, `property:KEY`, `entry` or `channel`; nil if it is none of these.
  ///
  /// - Parameter source: For columns. A property always is the event's own, the others are values of its visit.
  init?(requestName name: String, from source: DimensionSource = .event) {
    switch name {
    case "entry": self = .visit(.entry)
    case "channel": self = .visit(.channel)
    default:
      if let key = propertyKey(name) {
        self = .property(key)
        return
      }
      guard let column = TextColumn(requestName: name) else { return nil }
      self = source == .visit ? .visit(.column(column)) : .column(column)
    }
  }
}

/// The key in `property:KEY`; nil for another name. It compares bytes, because a combining mark at the start of the key is
/// one character with the colon.
func propertyKey(_ name: String) -> String? {
  let prefix = "property:".utf8
  guard name.utf8.starts(with: prefix), name.utf8.count > prefix.count else { return nil }
  return String(decoding: name.utf8.dropFirst(prefix.count), as: UTF8.self)
}

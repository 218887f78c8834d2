import Engine

/// Whether a row is a pageview or a custom event.
///
/// The type is a number or a word: `page`, `pageview` … are pageviews, `event`, `custom` … are custom events,
/// and any other word is the name of a custom event. Without a type, an event is a custom event if it has a
/// name that is not the name of pageviews, else a pageview.
struct EventTypeRule {
  /// The event names, in lowercase, of pageviews, which then have no event name.
  let pageviewNames: [[UInt8]]

  init(pageviewNames: [String] = []) {
    self.pageviewNames = pageviewNames.map { Array($0.lowercased().utf8) }
  }

  /// The names under which trackers record pageviews as events.
  static let commonPageviewNames = ["page_view", "pageview", "$pageview", "screen_view"]

  private static let pageviewWords = (commonPageviewNames + ["page", "view", "screen", "$screen"]).map {
    Array($0.utf8)
  }
  private static let customWords = ["event", "custom", "custom_event", "customevent", "track"].map {
    Array($0.utf8)
  }

  struct Outcome: Equatable {
    let type: UInt8
    var name = Name.asGiven

    enum Name: Equatable {
      case asGiven
      /// The name only says that the event is a pageview.
      case none
      /// The word in the place of the type.
      case type
    }
  }

  /// The type of a row; nil if `type` is neither a number from 0 to 255 nor a word.
  @inline(__always)
  func outcome(type: Bytes, name: Bytes) -> Outcome? {
    if !pageviewNames.isEmpty, pageviewNames.contains(where: { sameIgnoringCase($0, name) }) {
      return Outcome(type: EventType.pageview, name: .none)
    }
    guard !type.isEmpty else { return Outcome(type: Self.type(name: name)) }
    if type.count == 1, let digit = type.first, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") {
      return Outcome(type: digit - UInt8(ascii: "0"))
    }
    return wordOutcome(type, name)
  }

  /// The type of an event with a name, or none, that does not say its type.
  @inline(__always)
  static func type(name: Bytes) -> UInt8 { name.isEmpty ? EventType.pageview : EventType.custom }

  private func wordOutcome(_ type: Bytes, _ name: Bytes) -> Outcome? {
    if let number = parseTenThousandths(type) {
      let (whole, fraction) = number.quotientAndRemainder(dividingBy: 10_000)
      return fraction == 0 ? UInt8(exactly: whole).map { Outcome(type: $0) } : nil
    }
    guard let first = type.first, first == UInt8(ascii: "$") || first | 0x20 >= UInt8(ascii: "a") else {
      return nil
    }
    if name.isEmpty, pageviewNames.contains(where: { sameIgnoringCase($0, type) }) {
      return Outcome(type: EventType.pageview, name: .none)
    }
    if Self.pageviewWords.contains(where: { sameIgnoringCase($0, type) }) {
      return Outcome(type: EventType.pageview)
    }
    let isCustom = Self.customWords.contains { sameIgnoringCase($0, type) }
    return Outcome(type: EventType.custom, name: isCustom || !name.isEmpty ? .asGiven : .type)
  }
}

/// Whether `text` is `word`, which is in lowercase, whatever the case of its ASCII letters.
private func sameIgnoringCase(_ word: [UInt8], _ text: Bytes) -> Bool {
  word.count == text.count && zip(word, text).allSatisfy { $0 == lowercased($1) }
}

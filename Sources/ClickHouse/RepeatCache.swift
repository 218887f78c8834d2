/// Remembers which websites there are, and of each whether an `event_id` occurs twice, which costs a pass over the ids to find
/// out. That is asked again once the parts of the table have changed.
final class RepeatCache {
  private var state: Int64?
  private var known: [String: Bool] = [:]
  /// The ids of websites with events. They do not get lost.
  private var websites: Set<[UInt8]> = []

  /// Whether events of a website were found.
  func isKnown(_ website: String) -> Bool { websites.contains(Array(website.utf8)) }

  func keep(_ website: String) { websites.insert(Array(website.utf8)) }

  /// Whether an id occurs twice, if that was found out in this state of the table.
  func hasRepeats(_ website: String, in state: Int64) -> Bool? {
    self.state == state ? known[website] : nil
  }

  func keep(_ hasRepeats: Bool, _ website: String, in state: Int64) {
    if self.state != state { (self.state, known) = (state, [:]) }
    known[website] = hasRepeats
  }
}

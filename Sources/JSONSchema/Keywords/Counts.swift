extension Int {
  /// Returns the number with a noun for what it counts: `1 element`, `2 elements`.
  func of(_ noun: String) -> String {
    self == 1 ? "1 \(noun)" : "\(self) \(noun)s"
  }
}

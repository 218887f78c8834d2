extension TimeZoneRules {
  /// The rules that the bytes of a time zone file give (RFC 9636, which replaced RFC 8536; versions 1 to 4).
  ///
  /// The 64-bit block is used where there is one. After the last transition the footer's rule holds for
  /// ever, or, without a footer, the last offset.
  public init(tzif bytes: [UInt8]) throws(TZifError) {
    let file = try TZifFile(bytes)
    guard let footer = file.footer else {
      self.init(transitions: file.transitions, offsets: file.offsets)
      return
    }
    var (transitions, offsets) = (file.transitions, file.offsets)
    // The rule takes over from the last transition; without one, it holds at all times.
    var start = TZifFile.instants.lowerBound
    if let last = transitions.popLast() {
      start = last
      offsets.removeLast()
    }
    for change in footer.changes(from: start, through: start + Self.cycleSeconds) {
      transitions.append(change.start)
      offsets.append(change.offset)
    }
    self.init(
      transitions: transitions, offsets: offsets, cycleStart: footer.daylight == nil ? nil : start)
  }
}

import Engine

extension JSONForm {
  /// Computes the columns that are not values of members as they are.
  func complete(_ cells: JSONCells, _ inputs: InputCells, _ agents: UserAgentCache) -> ScannedRow {
    let fields = cells.fields
    let row = Row(cells: cells, inputs: inputs)
    switch kind {
    case .flat: if isText(row[.type], "identify") { return .leftOut(.noEvent) }
    case .properties: break
    case .googleAnalytics:
      row[.createdAt] = millisecondsOfMicroseconds(row[.createdAt])
      row.qualifyVisitID()
    case .postHog:
      if isText(row[.referrer], "$direct") { row[.referrer] = noBytes }
      row[.device] = fields.keep(lowercased: row[.device])
      row.joinScreen()
    case .segment:
      if !row.takeCall() { return .leftOut(.noEvent) }
      row.joinScreen()
      let agent = row[.agent]
      if !agent.isEmpty {
        let client = agents.client(agent)
        row[.browser] = client.browser
        row[.os] = client.os
        row[.device] = client.device
      }
    }
    if !pageviewNames.isEmpty {
      let name = row[.eventName]
      if pageviewNames.contains(where: { name.elementsEqual($0.utf8) }) { row[.eventName] = noBytes }
    }
    return .row
  }

  /// The columns and other values of a row by what they mean.
  private struct Row {
    let cells: JSONCells
    let inputs: InputCells

    /// Empty if the input has no cell, because its column is mapped to other members.
    subscript(input: Input) -> Bytes {
      get { inputs[input].map { cells[$0] } ?? noBytes }
      nonmutating set { if let cell = inputs[input] { cells[cell] = newValue } }
    }

    /// Makes a visit's number unique, by the session's id in front of it.
    func qualifyVisitID() {
      let (session, visit) = (self[.sessionID], self[.visitID])
      guard !visit.isEmpty else { return }
      self[.visitID] = cells.fields.keep(session, visit, separator: UInt8(ascii: "."))
    }

    func joinScreen() {
      let (width, height) = (self[.screenWidth], self[.screenHeight])
      guard !width.isEmpty, !height.isEmpty else { return }
      self[.screen] = cells.fields.keep(width, height, separator: UInt8(ascii: "x"))
    }

    /// Sets the type of the event to that of Segment's call; returns false if the call is no event.
    func takeCall() -> Bool {
      let call = self[.type]
      if isText(call, "track") {
        self[.eventType] = cells.fields.keep("2")
      } else if isText(call, "page") || isText(call, "screen") {
        self[.eventType] = cells.fields.keep("1")
        self[.eventName] = noBytes
      } else {
        return false
      }
      return true
    }
  }
}

private var noBytes: Bytes { Bytes(start: nil, count: 0) }

/// A number of microseconds since 1970 without its last three digits; other texts stay as they are.
private func millisecondsOfMicroseconds(_ text: Bytes) -> Bytes {
  let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  guard text.count > 13, text.allSatisfy(digits.contains) else { return text }
  return Bytes(rebasing: text.dropLast(3))
}

import Engine

extension JSONForm {
  /// Computes the columns that are not values of members as they are.
  func complete(_ cells: JSONCells, _ parts: [Part: Int], _ fields: RowFields) -> ScannedRow {
    let row = Row(cells: cells, parts: parts, fields: fields)
    switch kind {
    case .flat: if row[.type].elementsEqual("identify".utf8) { return .leftOut(.noEvent) }
    case .properties: break
    case .googleAnalytics:
      row[.createdAt] = millisecondsOfMicroseconds(row[.createdAt])
      row.pairVisit()
    case .postHog:
      if row[.referrer].elementsEqual("$direct".utf8) { row[.referrer] = noBytes }
      row[.device] = fields.keep(lowercased: row[.device])
      row.joinScreen()
    case .segment:
      if !row.takeCall() { return .leftOut(.noEvent) }
      row.joinScreen()
      let agent = row[.agent]
      if !agent.isEmpty {
        let client = UserAgent(agent)
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
    let parts: [Part: Int]
    let fields: RowFields

    /// Empty if the part has no cell, because its column is mapped to other members.
    subscript(part: Part) -> Bytes {
      get { parts[part].map { cells[$0] } ?? noBytes }
      nonmutating set { if let cell = parts[part] { cells[cell] = newValue } }
    }

    /// Makes a visit's number unique, by the session's id in front of it.
    func pairVisit() {
      let (session, visit) = (self[.sessionID], self[.visitID])
      guard !visit.isEmpty else { return }
      self[.visitID] = joined(session, UInt8(ascii: "."), visit)
    }

    func joinScreen() {
      let (width, height) = (self[.screenWidth], self[.screenHeight])
      guard !width.isEmpty, !height.isEmpty else { return }
      self[.screen] = joined(width, UInt8(ascii: "x"), height)
    }

    /// Sets the type of the event to that of Segment's call; returns false if the call is no event.
    func takeCall() -> Bool {
      let call = self[.type]
      if call.elementsEqual("track".utf8) {
        self[.eventType] = fields.keep("2")
      } else if call.elementsEqual("page".utf8) || call.elementsEqual("screen".utf8) {
        self[.eventType] = fields.keep("1")
        self[.eventName] = noBytes
      } else {
        return false
      }
      return true
    }

    private func joined(_ first: Bytes, _ separator: UInt8, _ second: Bytes) -> Bytes {
      fields.keep(capacity: first.count + 1 + second.count) { target in
        for (index, byte) in first.enumerated() { target[index] = byte }
        target[first.count] = separator
        for (index, byte) in second.enumerated() { target[first.count + 1 + index] = byte }
        return first.count + 1 + second.count
      }
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

import Calendar
import Engine
import System

/// Decodes the fields of a row as an event.
struct EventDecoder {
  /// The event of the last decoded row; its texts are valid as long as that row.
  private(set) var row = EventRow()
  private let layout: EventLayout
  private let splitter: AddressSplitter?
  private let times: TimestampParser
  private let defaultWebsiteID: PinnedUTF8
  /// The values of sessions; nil if none are joined.
  private let sessions: SessionTable?
  /// Nil if no columns are properties.
  private let properties: MappedProperties?
  private let computesFields: Bool
  private let websiteID, sessionID, visitID, eventID, createdAt, eventType, eventName: Int

  init(_ layout: EventLayout, _ rules: ReadingRules, sessions: SessionTable? = nil) {
    self.layout = layout
    self.sessions = layout.joined.isEmpty ? nil : sessions
    times = TimestampParser(rules.times)
    defaultWebsiteID = PinnedUTF8(rules.defaultWebsiteID)
    splitter = AddressSplitter(layout)
    properties = MappedProperties(layout)
    computesFields = layout.computesFields
    websiteID = layout.slot(.websiteID)
    sessionID = layout.slot(.sessionID)
    visitID = layout.slot(.visitID)
    eventID = layout.slot(.eventID)
    createdAt = layout.slot(.createdAt)
    eventType = layout.slot(.eventType)
    eventName = layout.slot(.eventName)
  }

  /// Fills `row`, and adds the properties that are columns to those of `fields`; returns the fields' defect, or nil.
  mutating func decode(_ fields: RowFields) -> RowDefect? {
    if computesFields { fields.clearComputed() }
    guard !fields[sessionID].isEmpty else { return .missing(column: EventField.sessionID.rawValue) }
    if let joined = layout.joinedTime { fields[createdAt] = joined.text(fields) }
    let time = fields[createdAt]
    guard !time.isEmpty else { return .missing(column: EventField.createdAt.rawValue) }
    let created: Int64
    do throws(InstantError) { created = try times.milliseconds(time, of: fields) } catch {
      return .notAnInstant(column: EventField.createdAt.rawValue, value: shown(time), reason: error)
    }
    guard let type = layout.types.outcome(type: fields[eventType], name: fields[eventName]) else {
      return .notAType(column: EventField.eventType.rawValue, value: shown(fields[eventType]))
    }
    fill(fields, createdAtMilliseconds: created, type)
    return type.type == EventType.performance ? decodeVitals(fields) : nil
  }

  /// Fills the values of a measurement; returns the defect of one that is no number.
  private mutating func decodeVitals(_ fields: RowFields) -> RowDefect? {
    row.vitals = WebVitals()
    for (vital, slot) in layout.vitalSlots where !fields[slot].isEmpty {
      guard let number = parseTenThousandths(fields[slot]) else {
        return .notANumber(column: vital.name, value: shown(fields[slot]))
      }
      row.vitals[vital] = number
    }
    return nil
  }

  /// Fills `row` with an event whose time and type are known; without a type, it depends on the name.
  mutating func decode(_ fields: RowFields, createdAtMilliseconds: Int64, type: UInt8?) {
    if computesFields { fields.clearComputed() }
    let type = type ?? EventTypeRule.type(name: fields[eventName])
    fill(fields, createdAtMilliseconds: createdAtMilliseconds, EventTypeRule.Outcome(type: type))
  }

  @inline(__always)
  private mutating func fill(
    _ fields: RowFields, createdAtMilliseconds: Int64, _ type: EventTypeRule.Outcome
  ) {
    splitter?.split(fields)
    sessions?.join(layout.joined, fields[sessionID], fields)
    switch type.name {
    case .asGiven: break
    case .none: fields[eventName] = Bytes(start: nil, count: 0)
    case .type: fields[eventName] = fields[eventType]
    }
    if layout.qualifiesVisitIDs { qualifyVisitID(fields) }
    row.websiteID = fields[websiteID].isEmpty ? defaultWebsiteID.bytes : fields[websiteID]
    row.sessionID = fields[sessionID]
    row.visitID = fields[visitID]
    row.eventID = fields[eventID]
    row.createdAtMilliseconds = createdAtMilliseconds
    row.eventType = type.type
    for (column, slot) in layout.textSlots { row[column] = fields[slot] }
    row.clickIDs = []
    for (network, slot) in layout.clickIDSlots where !fields[slot].isEmpty {
      row.clickIDs.insert(ClickIDs(network))
    }
    properties?.read(fields)
  }

  /// How many of the decoded times a change of the clock made uncertain.
  var clockChanges: ClockChangeCount { times.clockChanges }
}

extension EventDecoder {
  /// Makes the visit's id unique among all sessions, by the session's id in front of it. UUIDs are unique.
  private func qualifyVisitID(_ fields: RowFields) {
    let visit = fields[visitID]
    guard !visit.isEmpty, UUIDBits(visit) == nil else { return }
    fields[visitID] = fields.keep(fields[sessionID], visit, separator: Self.unitSeparator)
  }

  /// ASCII's separator of units, which no id contains.
  private static let unitSeparator: UInt8 = 0x1F
}

/// Decodes the fields of a row as a property.
struct PropertyDecoder {
  /// The property of the last decoded row; its texts are valid as long as that row.
  private(set) var row = PropertyRow()
  private(set) var createdAtMilliseconds: Int64?
  private let times: TimestampParser
  private let eventID, dataKey, stringValue, numberValue, dateValue, dataType, createdAt: Int

  init(_ layout: PropertyLayout, _ rules: ReadingRules) {
    times = TimestampParser(rules.times)
    eventID = layout.slot(.eventID)
    dataKey = layout.slot(.dataKey)
    stringValue = layout.slot(.stringValue)
    numberValue = layout.slot(.numberValue)
    dateValue = layout.slot(.dateValue)
    dataType = layout.slot(.dataType)
    createdAt = layout.slot(.createdAt)
  }

  /// Fills `row`; returns the fields' defect, or nil.
  mutating func decode(_ fields: RowFields) -> RowDefect? {
    guard !fields[eventID].isEmpty else { return .missing(column: PropertyField.eventID.rawValue) }
    guard !fields[dataKey].isEmpty else { return .missing(column: PropertyField.dataKey.rawValue) }
    row.numberTenThousandths = parseTenThousandths(fields[numberValue])
    guard row.numberTenThousandths != nil || fields[numberValue].isEmpty else {
      return .notANumber(column: PropertyField.numberValue.rawValue, value: shown(fields[numberValue]))
    }
    let time = fields[createdAt]
    do throws(InstantError) {
      createdAtMilliseconds = time.isEmpty ? nil : try times.milliseconds(time)
    } catch {
      return .notAnInstant(column: PropertyField.createdAt.rawValue, value: shown(time), reason: error)
    }
    row.eventID = fields[eventID]
    row.key = fields[dataKey]
    row.string = fields[stringValue]
    row.dataType = Engine.dataType(fields[dataType])
    // A date is only parsed if it is the value. An invalid one counts as missing.
    let isDate = row.string.isEmpty && row.numberTenThousandths == nil && !fields[dateValue].isEmpty
    row.dateMilliseconds = isDate ? try? times.milliseconds(fields[dateValue]) : nil
    return nil
  }
}

/// A text with a stable address for its lifetime, so that rows can point to it.
final class PinnedUTF8 {
  let bytes: Bytes

  init(_ text: String) {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = copy.initialize(fromContentsOf: text.utf8)
    bytes = Bytes(copy)
  }

  deinit { bytes.deallocate() }
}

import Engine
import EventStore
import JSON
import JSONSchema

extension Method {
  static let appendEvents = Method("events.append", isReadOnly: false) { params, call throws(WorkerError) in
    let isPartial = params["partial"] == true
    let events = params["events"]?.array ?? []
    let (new, rejected) = try call.newEvents(events, isPartial: isPartial)
    if !isPartial, !rejected.isEmpty { throw .invalidParams(rejected.flatMap(\.errors)) }
    let outcome = try call.withStore { store throws(StoreError) in
      try store.append(new, in: call.loading)
    }
    return [
      "added": .integer(Int64(outcome.added)), "known": .integer(Int64(outcome.known)),
      "rejected": .array(rejected.map(\.json)),
    ]
  }
}

extension Call {
  /// Converts events: those to append, and those that are rejected. Only a partial request validates each event here;
  /// the events of any other request have passed their schema.
  fileprivate func newEvents(
    _ events: [JSONValue], isPartial: Bool
  ) throws(WorkerError) -> (new: [NewEvent], rejected: [Rejection]) {
    var new: [NewEvent] = []
    var rejected: [Rejection] = []
    // Looked up when the first event needs it, because listing the websites may read all rows.
    var websites: [String]?
    let now = now()
    var keys = PropertyKeyBudget(requestBytes: DataLimits.standard.appendedKeyBytes)
    for (index, event) in events.enumerated() {
      let (event, errors) = isPartial ? schemas.event.takingNullAsMissing(event) : (event, [])
      guard errors.isEmpty else {
        rejected.append(Rejection(index: index, errors: errors))
        continue
      }
      var appended: NewEvent
      do throws(RowDefect) {
        appended = try NewEvent(event, now: now, newID: newID, keys: &keys)
      } catch {
        rejected.append(Rejection(index: index, defect: error, of: event))
        continue
      }
      if appended.websiteID == nil {
        let known =
          if let websites { websites } else { try self.websites(of: snapshot()).map(\.id) }
        websites = known
        guard known.count < 2 else {
          rejected.append(
            Rejection(
              index: index,
              "must name its website (website_id, or payload.website), because the store has \(known.count)"))
          continue
        }
        appended.websiteID = known.first
      }
      new.append(appended)
    }
    return (new, rejected)
  }
}

/// An event that was not added.
private struct Rejection {
  let index: Int
  /// Their locations are relative to the params.
  let errors: [ValidationError]

  /// - Parameter errors: The errors of the event; their locations are relative to it.
  init(index: Int, errors: [ValidationError]) {
    self.index = index
    self.errors = errors.map { error in
      ValidationError(
        instanceLocation: "/events/\(index)\(error.instanceLocation)",
        keywordLocation: "/properties/events/items\(error.keywordLocation)", error: error.error)
    }
  }

  /// - Parameter location: The location of the error in the event.
  init(index: Int, at location: String = "", _ sentence: String) {
    let error = ValidationError(instanceLocation: location, keywordLocation: "", error: sentence)
    self.init(index: index, errors: [error])
  }

  init(index: Int, defect: RowDefect, of event: JSONValue) {
    let location =
      switch defect {
      case .notAnInstant:
        event["created_at"] == nil ? "/payload/timestamp" : "/created_at"
      // Other members have passed the schema; only the numbers of properties have no limit there.
      case .notANumber, .missing, .keyTooLong, .keysTooLong:
        event["payload"] == nil ? "/data" : "/payload/data"
      default: ""
      }
    self.init(index: index, at: location, "cannot be added: \(Self.sentence(defect))")
  }

  /// Without advice about the options of a command.
  private static func sentence(_ defect: RowDefect) -> String {
    guard case .notAnInstant(let column, let value, let reason) = defect else { return "\(defect)" }
    return "\(column) is \(value), which is not a valid time: \(reason); "
      + "use 2025-03-05T21:54:42Z, or seconds or milliseconds since 1970"
  }

  var json: JSONValue { ["index": .integer(Int64(index)), "errors": .array(errors.map(\.json))] }
}

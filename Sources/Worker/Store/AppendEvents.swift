import Engine
import EventStore
import JSON
import JSONSchema

extension Method {
  static let appendEvents = Method("events.append", isReadOnly: false) { params, call throws(WorkerError) in
    let isPartial = params["partial"] == true
    let events = params["events"]?.array ?? []
    var (new, places, rejected) = try call.newEvents(events, isPartial: isPartial)
    if !isPartial, !rejected.isEmpty { throw .invalidParams(rejected.flatMap(\.errors)) }
    let outcome = try call.withStore { store throws(StoreError) in
      try store.append(new, allOrNone: !isPartial)
    }
    rejected += outcome.rejections.map { rejection in
      let index = places[rejection.index]
      return Rejection(index: index, defect: rejection.defect, of: events[index])
    }
    if !isPartial, !rejected.isEmpty { throw .invalidParams(rejected.flatMap(\.errors)) }
    return [
      "added": .integer(Int64(outcome.added)), "known": .integer(Int64(outcome.known)),
      "rejected": .array(rejected.sorted { $0.index < $1.index }.map(\.json)),
    ]
  }
}

extension Call {
  /// What is to be appended, where it stood among `events`, and what cannot be. Those of a request that is not
  /// partial have passed their schema.
  fileprivate func newEvents(
    _ events: [JSONValue], isPartial: Bool
  ) throws(WorkerError) -> (new: [NewEvent], places: [Int], rejected: [Rejection]) {
    var new: [NewEvent] = []
    var places: [Int] = []
    var rejected: [Rejection] = []
    // Known once an event asks for it: finding out which websites there are may take a look at all rows.
    var websites: [String]?
    let now = now()
    var keyBytes = DataLimits.standard.appendedKeyBytes
    for (index, event) in events.enumerated() {
      let errors = isPartial ? schemas.event.validate(event) : []
      guard errors.isEmpty else {
        rejected.append(Rejection(index: index, errors: errors))
        continue
      }
      var appended = NewEvent(event, now: now, newID: newID, keyBytes: &keyBytes)
      if appended["website_id"] == nil {
        let known =
          if let websites { websites } else { try snapshot().websites.map(\.id) }
        websites = known
        guard known.count < 2 else {
          rejected.append(Rejection(index: index, "must name its website: the store holds \(known.count)"))
          continue
        }
        if let only = known.first { appended.fields.append(NewEvent.Field("website_id", only)) }
      }
      new.append(appended)
      places.append(index)
    }
    return (new, places, rejected)
  }
}

/// An event that was not added.
private struct Rejection {
  let index: Int
  /// Their locations are those in the params.
  let errors: [ValidationError]

  /// - Parameter errors: of the event by itself.
  init(index: Int, errors: [ValidationError]) {
    self.index = index
    self.errors = errors.map { error in
      ValidationError(
        instanceLocation: "/events/\(index)\(error.instanceLocation)",
        keywordLocation: "/properties/events/items\(error.keywordLocation)", error: error.error)
    }
  }

  /// - Parameter place: where in the event it is.
  init(index: Int, at place: String = "", _ sentence: String) {
    self.init(
      index: index, errors: [ValidationError(instanceLocation: place, keywordLocation: "", error: sentence)])
  }

  init(index: Int, defect: RowDefect, of event: JSONValue) {
    let place =
      switch defect {
      case .notAnInstant, .missing(column: "created_at"):
        event["created_at"] == nil ? "/payload/timestamp" : "/created_at"
      // Of numbers, only those of properties can be too large for their schema not to know.
      case .notANumber, .missing, .keyTooLong, .keysTooLong:
        event["payload"] == nil ? "/data" : "/payload/data"
      default: ""
      }
    self.init(index: index, at: place, "cannot be added: \(defect)")
  }

  var json: JSONValue { ["index": .integer(Int64(index)), "errors": .array(errors.map(\.json))] }
}

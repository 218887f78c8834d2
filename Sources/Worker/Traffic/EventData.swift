import Engine
import JSON

extension Method {
  static let eventDataEvents = Method(
    "websites.eventData.events", endpoint: "GET /api/websites/:websiteId/event-data/events", range: .traffic,
    comparison: .beside
  ) { params, call throws(WorkerError) in
    var request = try call.propertyRequest(params)
    request.byDataType = true
    return .array(
      try call.reading(params) { events throws(ReportError) in
        try events.propertyRecords(request, on: call.executor)
      }.map {
        [
          "eventName": .string($0.event), "propertyName": .string($0.key),
          "dataType": JSONValue($0.dataType ?? 0),
          "total": JSONValue($0.count),
        ]
      })
  }

  static let eventDataProperties = Method(
    "websites.eventData.properties", endpoint: "GET /api/websites/:websiteId/event-data/properties",
    tool: "get_event_properties", range: .traffic, comparison: .beside
  ) { params, call throws(WorkerError) in
    let request = try call.propertyRequest(params)
    return .array(
      try call.reading(params) { events throws(ReportError) in
        try events.propertyRecords(request, on: call.executor)
      }.map {
        ["eventName": .string($0.event), "propertyName": .string($0.key), "total": JSONValue($0.count)]
      })
  }

  static let eventDataValues = Method(
    "websites.eventData.values", endpoint: "GET /api/websites/:websiteId/event-data/values",
    tool: "get_event_property_values", range: .traffic, comparison: .beside
  ) { params, call throws(WorkerError) in
    let request = try call.propertyRequest(params)
    return .array(
      try call.reading(params) { events throws(ReportError) in
        try events.propertyValues(
          params["propertyName"]?.string ?? "", of: request.event ?? "", request.scope,
          limit: Int(params["limit"]?.clampedWholeNumber ?? 100), on: call.executor)
      }.map { ["value": .string($0.value), "total": JSONValue($0.count)] })
  }

  static let eventDataStats = Method(
    "websites.eventData.stats", endpoint: "GET /api/websites/:websiteId/event-data/stats", range: .traffic,
    comparison: .beside
  ) { params, call throws(WorkerError) in
    let request = try call.propertyRequest(params)
    let totals = try call.reading(params) { events throws(ReportError) in
      try events.propertyTotals(request, on: call.executor)
    }
    return [
      [
        "events": JSONValue(totals.events), "properties": JSONValue(totals.keys),
        "records": JSONValue(totals.records),
      ]
    ]
  }
}

extension Call {
  /// The properties of which events are asked for. `event` is the name of the event, not a filter.
  fileprivate func propertyRequest(_ params: JSONObject) throws(WorkerError) -> PropertyRecordsRequest {
    let scope = try trafficParams(params, own: ["event"]).request.scope
    return PropertyRecordsRequest(scope: scope, event: params["event"]?.string)
  }
}

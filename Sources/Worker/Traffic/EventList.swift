import Engine
import JSON
import JSONSchema

extension Method {
  static let eventList = Method(
    "websites.events.list", tool: "list_events", toolArguments: [.optionalRange], range: .traffic
  ) { params, call throws(WorkerError) in
    guard params["compare"] ?? .null == .null else {
      throw .invalidParams([.member("compare", "must not be given, because the method compares nothing")])
    }
    let range = RangeForm.all(in: params).isEmpty ? InstantRange.always : nil
    let traffic = try call.trafficParams(params, range: range).request
    var names = TrafficBreakdownRequest(
      traffic: traffic, dimension: .column(.eventName), limit: Int(params["limit"]?.clampedWholeNumber ?? 500)
    )
    names.events = .custom
    names.order = .events
    var properties = PropertyRecordsRequest(scope: traffic.scope, event: nil)
    properties.byDataType = true
    let (events, records, examples) = try call.reading(params) { events throws(ReportError) in
      let counted = try events.trafficBreakdown(names, on: call.executor)
      let listed = Set(counted.map { ScalarKey($0.key.value) })
      let records = try events.propertyRecords(properties, on: call.executor)
        .filter { listed.contains(ScalarKey($0.event)) }
      // Those of the most frequent properties, because each takes a scan.
      let examples = try records.prefix(Limits.propertiesWithExamples).map { record throws(ReportError) in
        try events.propertyValues(
          record.key, of: record.event, traffic.scope, limit: Limits.propertyExamples, on: call.executor
        ).map(\.value)
      }
      return (counted, records, examples)
    }
    var propertiesByEvent: [ScalarKey: [JSONValue]] = [:]
    for (index, record) in records.enumerated() {
      propertiesByEvent[ScalarKey(record.event), default: []].append([
        "name": .string(record.key), "type": .string(typeName(record.dataType ?? 0)),
        "total": JSONValue(record.count),
        "examples": .array(index < examples.count ? examples[index].map { .string($0) } : []),
      ])
    }
    return .array(
      events.map { event in
        [
          "name": .string(event.key.value), "total": JSONValue(event.numbers.views),
          "visitors": JSONValue(event.numbers.visitors),
          "properties": .array(propertiesByEvent[ScalarKey(event.key.value)] ?? []),
        ]
      })
  }
}

/// The name of Umami's type of a property.
private func typeName(_ dataType: Int) -> String {
  switch dataType {
  case 2: "number"
  case 3: "boolean"
  case 4: "date"
  case 5: "array"
  default: "string"
  }
}

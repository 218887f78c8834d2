import JSON

extension ReportDefinition {
  static let properties = ReportDefinition(
    name: "properties", trafficMethod: "websites.eventData.events", title: "Properties of events",
    ownFlags: [.event], example: "properties store.db --event purchase --during 2026-03",
    settings: eventSettings,
    emptyReason: { $0.isBlank ? "no event in this range has a property" : nil },
    text: { result, _, canvas in
      propertiesText(result, canvas)
    }, figures: propertiesFigures)

  static let values = ReportDefinition(
    name: "values", trafficMethod: "websites.eventData.values", title: "Values of a property",
    ownFlags: [.event, .property, .rows],
    required: [("--event", 1, "--event purchase"), ("--property", 1, "--property currency")],
    example: "values store.db --event purchase --property currency",
    settings: eventSettings,
    emptyReason: { $0.isBlank ? "no event of this name in this range has the property" : nil },
    text: { result, _, canvas in valuesText(result, canvas) }, figures: valuesFigures)
}

extension ReportFlag {
  fileprivate static let event = text("--event", "NAME", member: "event", "")
  fileprivate static let property = text("--property", "KEY", member: "propertyName", "")
  fileprivate static let rows = ReportFlag("--limit", "NUMBER", member: "limit", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
}

@Sendable private func eventSettings(_ context: ReportContext) -> [String] {
  let (event, property) = (context.param("event"), context.param("propertyName"))
  return (event.isEmpty ? [] : ["event \(displayable(event))"])
    + (property.isEmpty ? [] : ["property \(displayable(property))"])
}

let dataTypes: [Int64: String] = [1: "text", 2: "number", 3: "true or false", 4: "date", 5: "list"]

/// A row for each property of the events of a name, with a bar of the events that have it.
private func propertiesText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let rows = result.array ?? []
  guard !rows.isEmpty else { return "" }
  var table = Table([.text("event"), .text("property"), .text("type"), .number("events"), .bar])
  let largest = rows.compactMap { $0["total"]?.double }.max() ?? 1
  for row in rows {
    table.append([
      nameText(row["eventName"]), nameText(row["propertyName"]),
      .text(row["dataType"]?.wholeNumber.flatMap { dataTypes[$0] } ?? ""),
      .text(numberText(row["total"] ?? 0)), .bar((row["total"]?.double ?? 0) / largest),
    ])
  }
  return table.text(on: canvas)
}

/// A row for each value, with a bar of the events that have it.
private func valuesText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let rows = result.array ?? []
  guard !rows.isEmpty else { return "" }
  var table = Table([.text("value"), .number("events"), .bar])
  let largest = rows.compactMap { $0["total"]?.double }.max() ?? 1
  for row in rows {
    table.append([
      nameText(row["value"]), .text(numberText(row["total"] ?? 0)),
      .bar((row["total"]?.double ?? 0) / largest),
    ])
  }
  return table.text(on: canvas)
}

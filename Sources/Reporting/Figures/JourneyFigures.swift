import JSON

/// A diagram of flows for a graph, else a bar for each journey.
@Sendable func journeyFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let isBackward = context.params["to"] ?? .null != .null && context.params["from"] ?? .null == .null
  if let nodes = result["nodes"]?.array {
    return [graphFigure(nodes, result["links"]?.array ?? [], isBackward: isBackward, context)]
  }
  let journeys = result.array ?? result["rows"]?.array ?? []
  let rows = journeys.map { journey in
    let items = (journey["items"]?.array ?? []).map {
      $0.string.map(nameOfValue) ?? (isBackward ? "(start)" : "(end)")
    }
    return (name: Label(joining: items, by: " → "), value: journey["count"] ?? 0, isRest: false)
  }
  return [.bars(rows, title: context.figureTitle, name: "journey", counting: "visits")]
}

private func graphFigure(
  _ nodes: [JSONValue], _ links: [JSONValue], isBackward: Bool, _ context: ReportContext
) -> Figure {
  let firstStep = nodes.compactMap { $0["step"]?.wholeNumber }.min() ?? 1
  // The many items without a node of their own come last in their place.
  let sorted = nodes.enumerated().sorted {
    ($0.element["step"]?.wholeNumber ?? 0, $0.element["item"] == .null ? 1 : 0, $0.offset)
      < ($1.element["step"]?.wholeNumber ?? 0, $1.element["item"] == .null ? 1 : 0, $1.offset)
  }.map(\.element)
  struct Key: Hashable {
    let step: Int64
    let item: [UInt8]?
  }
  func key(_ step: Int64, _ item: JSONValue?) -> Key {
    Key(step: step, item: item?.string.map { Array($0.utf8) })
  }
  var places: [Key: Int] = [:]
  var drawn: [FlowChart.Node] = []
  var table = FigureTable(columns: [
    .number("step"), .name("item"), .name("next item"), .number("visits"),
    .number(isBackward ? "began here" : "ended here"),
  ])
  for (index, node) in sorted.enumerated() {
    let step = node["step"]?.wholeNumber ?? 0
    places[key(step, node["item"])] = index
    let name = node["item"]?.string.map(nameOfValue) ?? "(others)"
    drawn.append(
      FlowChart.Node(
        place: Int(min(step - firstStep, 64)), name: name, count: node["count"]?.double ?? 0,
        text: numberText(node["count"] ?? 0), isRest: node["item"] == .null))
    table.rows.append([
      .number(node["step"]), .text(name), .empty, .number(node["count"]),
      .number(node["exits"] ?? node["entries"]),
    ])
  }
  var bands: [FlowChart.Link] = []
  for link in links {
    let step = link["step"]?.wholeNumber ?? 0
    guard let from = places[key(step, link["from"])], let to = places[key(step + 1, link["to"])] else {
      continue
    }
    let count = numberText(link["count"] ?? 0)
    bands.append(FlowChart.Link(from: from, to: to, count: link["count"]?.double ?? 0, text: count))
    table.rows.append([
      .number(link["step"]), .text(drawn[from].name), .text(drawn[to].name), .number(link["count"]), .empty,
    ])
  }
  let count = Set(drawn.map(\.place)).count
  return Figure(
    title: context.figureTitle,
    summary: drawn.isEmpty
      ? "Nothing in this range"
      : "Visits that flow through \(countText(Int64(count), "step")) of their journeys",
    chart: drawn.isEmpty ? nil : FlowChart(nodes: drawn, links: bands), table: table, isWide: true)
}

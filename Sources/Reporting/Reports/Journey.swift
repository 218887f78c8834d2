import JSON

extension ReportKind {
  static let journey = ReportKind(
    name: "journey", title: "Journeys",
    ownFlags: [.journeyLength, .startStep, .endStep], defaults: ["steps": 5],
    example: "journey store.db --steps 4 --start-step / --from 7d", settings: journeySettings,
    text: { journeyText($0, $2) })
}

extension ReportFlag {
  fileprivate static let journeyLength = ReportFlag(
    "--steps", "NUMBER", member: "steps", "3 to 7. Default: 5."
  ) { text throws(FlagValueError) in [try numberValue(text)] }
  fileprivate static let startStep = text(
    "--start-step", "ITEM", member: "startStep", "")
  fileprivate static let endStep = text(
    "--end-step", "ITEM", member: "endStep", "")
}

private func journeySettings(_ context: ReportContext) -> [String] {
  let ends = [("from", context.param("startStep")), ("to", context.param("endStep"))]
  return ["\(context.param("steps")) steps"]
    + ends.filter { !$0.1.isEmpty }.map { "\($0.0) \(displayable($0.1))" }
}

/// A tree: journeys with the same beginning share it, and each node has the number of visits that passed
/// through it.
private func journeyText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let journeys = result.array ?? []
  guard !journeys.isEmpty else { return "" }
  var root = JourneyTree(item: "")
  for journey in journeys {
    let items = (journey["items"]?.array ?? []).map { $0.string.map(displayable) ?? "(end)" }
    root.add(items[...], journey["count"]?.wholeNumber ?? 0)
  }
  var table = Table([.text("journey"), .number("visits"), .number("share"), .spareBar])
  // The width that the numbers leave.
  root.addRows(to: &table, of: root.visits, width: canvas.width - 18)
  // A result has at most this many journeys, so there may be more.
  let limit = 100
  let note =
    journeys.count < limit
    ? "" : "\nThe \(limit) most frequent journeys; visits that went other ways are not counted.\n"
  return table.text(on: canvas) + note
}

/// An item of journeys, and the items that followed it.
private struct JourneyTree {
  var item: String
  private(set) var visits: Int64 = 0
  private var children: [JourneyTree] = []

  init(item: String) { self.item = item }

  mutating func add(_ items: ArraySlice<String>, _ count: Int64) {
    visits += count
    guard let first = items.first else { return }
    let index =
      children.firstIndex { $0.item == first }
      ?? {
        children.append(JourneyTree(item: first))
        return children.count - 1
      }()
    children[index].add(items.dropFirst(), count)
  }

  /// Appends the rows of the items that follow this one; `indent` precedes each line.
  func addRows(to table: inout Table, of total: Int64, width: Int, indent: String? = nil) {
    // Journeys are ordered by count, so of two equal items the first one stays first.
    let sorted = children.enumerated().sorted {
      ($1.element.visits, $0.offset) < ($0.element.visits, $1.offset)
    }
    for (place, child) in sorted.map(\.element).enumerated() {
      let isLast = place == sorted.count - 1
      let branch = indent.map { $0 + (isLast ? "└─ " : "├─ ") } ?? ""
      let (chain, end) = child.chain(width: width - displayWidth(branch))
      let share = total == 0 ? 0 : Double(child.visits) / Double(total)
      table.append([
        .text(branch + chain), .text(numberText(child.visits)), .text(percentText(share)), .bar(share),
      ])
      end.addRows(
        to: &table, of: total, width: width, indent: indent.map { $0 + (isLast ? "   " : "│  ") } ?? "")
    }
  }

  /// The items of a path without branches, as far as they fit, and the item at which that path ends.
  private func chain(width: Int) -> (String, JourneyTree) {
    guard children.count == 1, children[0].visits == visits else { return (item, self) }
    let begun = "\(item) → "
    let (rest, end) = children[0].chain(width: width - displayWidth(begun))
    return displayWidth(begun + rest) > width ? (item, self) : (begun + rest, end)
  }
}

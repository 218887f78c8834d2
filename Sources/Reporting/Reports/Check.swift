import JSON

extension ReportDefinition {
  static let check = ReportDefinition(
    name: "check", trafficMethod: "reports.check", title: "Expectations",
    ownFlags: [.savedReport], comparison: .ownMember, rangeIsOptional: true,
    example: "check store.db --during yesterday",
    emptyReason: { $0.isBlank ? "no saved report of this website says what it expects (\"expect\")" : nil },
    // A check of nothing must not look like a success either.
    isFailure: { $0.isBlank || ($0.array ?? []).contains { $0["ok"] == false } },
    text: { result, _, canvas in checkText(result, canvas) }, figures: checkFigures)
}

extension ReportFlag {
  static let savedReport = text(
    "--report", "NAME", member: "reportId", "A saved report, by its name or id. Default: all of the website."
  ).describingPurpose()
}

/// A row for each expectation: whether it holds, what is expected, and what is there.
private func checkText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let rows = result.array ?? []
  guard !rows.isEmpty else { return "" }
  var table = Table([.text(""), .text("report"), .text("expected"), .text("actual")])
  for row in rows {
    table.append([
      .text(row["ok"] == true ? "ok" : "FAILED"), nameText(row["name"]), .text(expectedText(row)),
      .text(actualText(row)),
    ])
  }
  let failed = rows.count { $0["ok"] != true }
  let summary = failed == 0 ? "All of \(rows.count) hold." : "\(failed) of \(rows.count) failed."
  return table.text(on: canvas) + "\n" + summary + "\n"
}

/// `/0/result ≥ 10`.
private func expectedText(_ row: JSONValue) -> String {
  let signs = ["gte": "≥", "lte": "≤", "neq": "≠", "gt": ">", "lt": "<", "eq": "="]
  let expectation = row["expect"] ?? nil
  guard let path = expectation["path"]?.string else { return "" }
  let comparison = expectation["operator"]?.string ?? ""
  let sign = signs[comparison] ?? comparison
  return displayable("\(path) \(sign) \(expectation["value"]?.description ?? "")")
}

private func actualText(_ row: JSONValue) -> String {
  if let error = row["error"]?.string { return displayable(error) }
  return displayable(row["actual"]?.description ?? "")
}

/// A table of the expectations.
@Sendable private func checkFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let rows = result.array ?? []
  let failed = rows.count { $0["ok"] != true }
  return [
    Figure(
      title: context.figureTitle, summary: "\(failed) of \(rows.count) expectations failed", chart: nil,
      table: FigureTable(
        columns: [.name(""), .name("report"), .name("expected"), .name("actual")],
        rows: rows.map { row in
          [
            .text(row["ok"] == true ? "ok" : "failed"), .name(row["name"]), .text(expectedText(row)),
            .text(actualText(row)),
          ]
        }))
  ]
}

public import JSON

/// The forms of results to look at.
public enum DocumentFormat: String, Sendable {
  case html, svg

  /// The media type.
  public var contentType: String {
    switch self {
    case .html: "text/html; charset=utf-8"
    case .svg: "image/svg+xml; charset=utf-8"
    }
  }
}

/// From what a document is made, for its foot.
public struct DocumentOrigin: Sendable {
  /// Such as the store and the version.
  let facts: [String]
  /// What makes it again: a command, or a request.
  let source: String

  /// - Parameters:
  ///   - store: The files that were read; empty if the document does not name them.
  ///   - version: That of the program.
  public init(store: [String], version: String, source: String) {
    facts = (store.isEmpty ? [] : ["Store: \(store.joined(separator: ", "))"]) + ["Footfall \(version)"]
    self.source = source
  }
}

/// Figures as a document that opens in any browser.
///
/// - Parameter heading: A title, and a line below it.
public func document(
  _ figures: [Figure], heading: (title: String, subtitle: String), as format: DocumentFormat,
  _ origin: DocumentOrigin
) -> String {
  let (title, subtitle) = heading
  let figures = figures.isEmpty ? [Figure.nothing(title)] : figures
  switch format {
  case .html:
    let figures = figures.count == 1 ? figures.map(\.wide) : figures
    return Page(
      title: title, subtitle: subtitle, chapters: [.init(figures: figures)], origin: origin.facts,
      source: origin.source
    ).html
  case .svg: return Drawing(title: title, subtitle: subtitle, figures: figures).svg
  }
}

/// The figures of a result, and those of the range that it is compared with.
///
/// - Parameter result: A result of the report's method.
public func reportFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let kind = context.arguments.kind
  guard let comparison = context.comparedResult(of: result) else { return kind.figures(result, context) }
  var context = context
  if kind.comparison == .merged {
    context.comparison = comparison
    return kind.figures(result["result"] ?? .null, context)
  }
  let range = context.comparedRange.map { rangeText($0, context.zone) } ?? "another range"
  return kind.figures(result["result"] ?? .null, context)
    + kind.figures(comparison, context).map { figure in
      var figure = figure
      figure.title += ", \(range)"
      return figure
    }
}

/// A result without a form of its own: a table.
///
/// - Parameters:
///   - rows: The cells of each row, by column; a missing one is empty.
///   - title: That of the method.
public func tableFigure(columns: [String], rows: [[(column: Int, value: JSONValue)]], title: String) -> Figure
{
  var areNumbers = Array(repeating: true, count: columns.count)
  for row in rows {
    for (column, value) in row where value != .null && value.double == nil { areNumbers[column] = false }
  }
  var table = FigureTable(columns: zip(columns, areNumbers).map { .init(title: $0, isNumber: $1) })
  for row in rows {
    var cells = Array(repeating: FigureTable.Cell.empty, count: columns.count)
    for (column, value) in row where value != .null {
      cells[column] = areNumbers[column] ? .number(value) : .text(value.string ?? value.description)
    }
    table.rows.append(cells)
  }
  return Figure(title: title, summary: "Nothing in this range", chart: nil, table: table)
}

extension Figure {
  /// Says that there is nothing.
  static func nothing(_ title: String) -> Figure {
    Figure(title: title, summary: "Nothing in this range", chart: nil, table: FigureTable(columns: []))
  }

  fileprivate var wide: Figure {
    var figure = self
    figure.isWide = true
    return figure
  }
}

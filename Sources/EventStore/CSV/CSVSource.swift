import Engine

/// Events that stand in CSV files. They are read once.
final class CSVSource: EventSource {
  private let rules: ReadingRules
  private let diagnostics: Diagnostics
  /// The files, until their rows have been read.
  private var inputs: [CSVInput]

  /// Reads the headers, no rows. Throws what ``CSVInput/inputs(_:map:)`` throws, and `usage` where no file
  /// holds events.
  init(_ files: [CSVFile], rules: ReadingRules, diagnostics: @escaping Diagnostics) throws(StoreError) {
    inputs = try CSVInput.inputs(files, map: rules.columnMap)
    guard inputs.contains(where: \.isEvents) else {
      throw .usage(
        "\(files.map(\.path).joined(separator: ", ")): only event data, no events; name the website_event file as well"
      )
    }
    self.rules = rules
    self.diagnostics = diagnostics
  }

  /// Columns never change once they were read: nobody writes to an export.
  func hasChanged() -> Bool { false }

  func load() throws(StoreError) -> ColumnSet {
    var builder = ColumnsBuilder()
    let badRows = BadRows(isStrict: rules.isStrict, diagnostics: diagnostics)
    for input in inputs {
      switch input.layout {
      case .events(let layout): try append(input.file, layout, &builder, badRows)
      case .properties(let layout): try append(input.file, layout, &builder, badRows)
      }
    }
    badRows.finish()
    inputs = []
    let columns = builder.finish()
    sayOrphans(columns.orphanProperties, diagnostics)
    return columns
  }

  func namedWebsites() -> [NamedWebsite] { [] }

  private func append(
    _ file: CSVFile, _ layout: EventLayout, _ builder: inout ColumnsBuilder, _ badRows: BadRows
  ) throws(StoreError) {
    let fields = layout.makeFields()
    var decoder = EventDecoder(layout, defaultWebsiteID: rules.defaultWebsiteID)
    var known = 0
    try file.forEachRow(in: file.rows, fields, badRows: badRows) { _ throws(StoreError) in
      if let defect = decoder.decode(fields) { return defect }
      if !builder.append(decoder.row) { known += 1 }
      return nil
    }
    sayKnown(known, path: file.path, diagnostics)
  }

  private func append(
    _ file: CSVFile, _ layout: PropertyLayout, _ builder: inout ColumnsBuilder, _ badRows: BadRows
  ) throws(StoreError) {
    let fields = layout.makeFields()
    var decoder = PropertyDecoder(layout)
    var repeated = 0
    try file.forEachRow(in: file.rows, fields, badRows: badRows) { _ throws(StoreError) in
      if let defect = decoder.decode(fields) { return defect }
      if !builder.append(decoder.row) { repeated += 1 }
      return nil
    }
    sayRepeated(repeated, path: file.path, diagnostics)
  }
}

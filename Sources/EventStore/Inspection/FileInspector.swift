import Engine

/// Inspects files that are not SQLite files. A file that cannot be read is described, too.
struct FileInspector {
  private let options: OpenOptions
  private let context: LoadContext
  private var rules: ReadingRules { options.rules }

  init(_ options: OpenOptions, _ context: LoadContext) {
    self.options = options
    self.context = context
  }

  /// The tables of the files at `paths`, in order; nil if there is one file, and it is an SQLite file.
  ///
  /// Throws `usage`, `cancelled`, and the errors of files that are missing or cannot be opened.
  func tables(of paths: [String]) throws(StoreError) -> [InspectedTable]? {
    var found: [FoundTable] = []
    for path in paths {
      guard let tables = try self.found(at: path) else {
        if paths.count == 1 { return nil }
        throw .usage("\(path) is an SQLite file and must be inspected alone")
      }
      found += tables
    }
    try checkMap(found)
    for index in found.indices { found[index].interpret(rules, options.limits) }
    var counter = RowCounter(
      options, context, bytesTotal: found.reduce(0) { $0 + ($1.table?.rows.count ?? 0) })
    // Events first, because properties refer to them. The order of the files makes no difference to it.
    for kind in [InspectedTable.Kind.events, .eventData, .revenue] {
      for index in found.indices where found[index].result.kind == kind { try counter.count(&found[index]) }
    }
    for index in found.indices where ![.events, .eventData, .revenue].contains(found[index].result.kind) {
      try counter.count(&found[index])
    }
    return found.map(\.result)
  }

  /// The tables in a file; nil if it is an SQLite file.
  private func found(at path: String) throws(StoreError) -> [FoundTable]? {
    let resources = ReadingResources(
      temporaryFolder: options.temporaryFolder, isCancelled: context.isCancelled)
    let file = try FileContents(path: path, resources)
    guard !file.isSQLite else { return nil }
    var result = InspectedTable(path: file.path, format: .other)
    if case .compressed(let compression)? = FileFormat(magicNumberOf: file.bytes) {
      result.compression = compression.program
    }
    var contents = file
    var members: MemberPaths?
    do throws(StoreError) {
      contents = try file.decompressed(resources)
      result.encoding = contents.encoding(rules.encoding)
      contents = try contents.transcoded(rules.encoding, resources)
      let format = FileFormat(contents.bytes)
      result.format = InputFormat(format)
      if format == .jsonLines { members = MemberPaths(contents, wanted: rules.columnMap.columnNames) }
      let tables = try FileTable.tables(in: contents, rules, resources)
      return tables.map { table in
        var result = result
        result.format = InputFormat(table.syntax)
        result.table = table.name
        if case .csv(let separator) = table.syntax {
          result.separator = Separator.allCases.first { $0.byte == separator }
        }
        return FoundTable(result: result, table: table, members: members)
      }
    } catch {
      switch error {
      case .unusableFile, .missingColumns, .unterminatedQuote: break
      default: throw error
      }
      result.error = error.description
      return [FoundTable(result: result, contents: contents, members: members)]
    }
  }

  /// Throws `usage` if `--map` names a column that is in no file.
  private func checkMap(_ found: [FoundTable]) throws(StoreError) {
    let headers = found.filter { !$0.columnNames.isEmpty }.map {
      ColumnNames(label: $0.result.path, names: $0.columnNames, map: rules.columnMap)
    }
    if !headers.isEmpty { try rules.columnMap.checkSources(headers) }
  }
}

/// A table while it is inspected.
struct FoundTable {
  var result: InspectedTable
  /// Nil if the table cannot be read.
  private(set) var table: FileTable?
  /// Nil if rows of its kind are not decoded.
  private(set) var layout: TableLayout?
  /// The columns among its fields that are not read, by the columns of the result.
  private(set) var ignored: [(column: Int, slot: Int)] = []
  /// Whether the columns of the result are the fields of rows.
  var columnsAreFields: Bool { members == nil && result.format != .goatCounter }
  private let members: MemberPaths?

  init(result: InspectedTable, table: FileTable, members: MemberPaths?) {
    (self.result, self.table, self.members) = (result, table, members)
  }

  /// A file without a table that can be read.
  init(result: InspectedTable, contents: FileContents, members: MemberPaths?) {
    (self.result, self.members) = (result, members)
  }

  /// The names of its columns, as the file has them.
  var columnNames: [String] {
    members?.all.map { $0.joined(separator: ".") }
      ?? (result.format == .goatCounter ? GoatCounterScanner.header : table?.columns ?? [])
  }

  /// Finds out what the columns mean.
  mutating func interpret(_ rules: ReadingRules, _ limits: DataLimits) {
    result.columns = columnNames.map { InspectedColumn(name: $0) }
    if let members {
      for (index, example) in members.examples.enumerated() { result.columns[index].example = example }
    }
    if let table { interpret(table, rules) }
    addExamples(limits)
    propose(rules)
  }

  private mutating func interpret(_ table: FileTable, _ rules: ReadingRules) {
    guard !table.columns.isEmpty else {
      result.error = table.emptyFile.description
      return
    }
    let header = ColumnNames(label: table.label, names: table.columns, map: rules.columnMap)
    let kind = TableKind(header, name: table.name)
    result.kind = InspectedTable.Kind(kind)
    do throws(StoreError) {
      switch kind {
      case .events:
        let layout = try EventLayout(header, pageviewNames: rules.pageviewNames ?? table.pageviewNames)
        self.layout = .events(layout.derivingEmptyColumns(table.syntax.columnsVaryByRow))
      case .eventData: layout = .properties(try PropertyLayout(header))
      case .other(let name):
        result.error =
          StoreError.unusableFile(
            path: table.label, sentence: "is Umami's table \(name), which holds no events; leave it out"
          ).description
      case .revenue: layout = try RevenueLayout(header).map { .revenue($0) }
      case .sessions, .sessionData, .websites, .reports, .segments: break
      }
    } catch {
      result.error = (table.looksHeaderless ? table.missingHeader : error).description
      if case .events = kind { result.kind = nil }
    }
    setTargets(table, header, rules.columnMap)
  }

  private mutating func setTargets(_ table: FileTable, _ header: ColumnNames, _ map: ColumnMap) {
    if case .jsonLines(let columns) = table.syntax, let members {
      for (index, path) in members.all.enumerated() {
        result.columns[index].targets = columns.targets(of: path, map)
      }
    } else if case .goatCounter = table.syntax {
      for (index, targets) in GoatCounterScanner.targets.enumerated() {
        result.columns[index].targets = targets
      }
    } else {
      for (target, column) in targets(header) { result.columns[column].targets.append(target) }
    }
  }

  /// The targets of a table's columns, with the columns' indexes.
  private func targets(_ header: ColumnNames) -> [(String, Int)] {
    switch layout {
    case .events(let layout): return layout.targets
    case .properties(let layout): return layout.targets
    case .revenue(let layout): return layout.targets
    case nil: break
    }
    let names: [[String]] =
      switch result.kind {
      case nil: EventField.allCases.map(\.names) + [[ColumnMap.url], [ColumnMap.referrer]]
      case .session: [EventField.sessionID.names] + SessionFields.all.map(\.names)
      case .website: [["website_id"], ["name"], ["domain"]]
      case .report: ClassifiedTables.reportColumns.map { [$0] }
      default: []
      }
    return names.compactMap { names in
      // A name that several columns have means nothing.
      guard let column = try? header.column(names) else { return nil }
      return (names[0], column)
    }
  }

  /// The values of the first rows.
  private mutating func addExamples(_ limits: DataLimits) {
    guard columnsAreFields, let table else { return }
    defer { withExtendedLifetime(table.contents) {} }
    let fields = layout?.makeFields() ?? RowFields(columnCount: table.columns.count)
    var scanner = table.syntax.scanner(table.contents.bytes, rows: table.rows, limits: limits) {
      $0 > table.rows.lowerBound + FileTable.lookAheadBytes
    }
    for _ in 0..<Self.examinedRows {
      switch scanner.next(fields) {
      case .row: break
      case .bad, .leftOut: continue
      case .unterminatedQuote, .abandoned, .end: return
      }
      for index in result.columns.indices where result.columns[index].example == nil && !fields[index].isEmpty
      {
        result.columns[index].example = InspectedColumn.example(fields[index])
      }
    }
  }

  private static let examinedRows = 1000

  private mutating func propose(_ rules: ReadingRules) {
    guard result.kind == nil || result.kind == .events, table != nil || members != nil else { return }
    guard table?.looksHeaderless != true, ![.goatCounter, .accessLog].contains(result.format) else { return }
    let proposal = ColumnProposal(
      result.columns, isKnown: layout != nil, joinsTimes: members == nil, rules)
    for (index, target) in proposal.targets { result.columns[index].suggestion = target }
    result.proposedMap = proposal.map(adding: rules.columnMap)
    guard layout != nil else { return }
    watch(proposal.targets.keys.sorted(), rules)
  }

  /// Makes rows have the fields of columns that are not read.
  private mutating func watch(_ columns: [Int], _ rules: ReadingRules) {
    guard let members, let table, !columns.isEmpty else {
      ignored = columns.map { ($0, $0) }
      return
    }
    let paths = columns.map { members.all[$0] }
    guard
      let watching = try? FileTable(
        jsonLines: table.contents, rules.columnMap, members, watched: paths),
      let layout = try? EventLayout(
        ColumnNames(label: watching.label, names: watching.columns, map: rules.columnMap),
        pageviewNames: rules.pageviewNames)
    else { return }
    self.table = watching
    self.layout = .events(layout.derivingEmptyColumns(true))
    ignored = columns.enumerated().map { ($1, watching.columns.count - columns.count + $0) }
  }
}

extension FileTable {
  /// The members of objects that are not read, and that a column has by a usual name.
  func unreadMembers(_ rules: ReadingRules) -> [String] {
    guard case .jsonLines = syntax else { return [] }
    var found = FoundTable(
      result: InspectedTable(path: path, format: .ndjson), table: self,
      members: MemberPaths(contents, wanted: rules.columnMap.columnNames))
    found.interpret(rules, .standard)
    return found.result.columns.filter { $0.suggestion != nil }.map(\.name)
  }
}

extension InspectedTable.Kind {
  fileprivate init(_ kind: TableKind) {
    self =
      switch kind {
      case .events: .events
      case .eventData: .eventData
      case .sessions: .session
      case .sessionData: .sessionData
      case .revenue: .revenue
      case .websites: .website
      case .reports: .report
      case .segments: .segment
      case .other: .other
      }
  }
}

extension EventLayout {
  fileprivate func derivingEmptyColumns(_ derives: Bool) -> EventLayout {
    var layout = self
    layout.derivesEmptyColumns = derives
    return layout
  }

  /// What the columns are read as, with the columns' indexes.
  var targets: [(String, Int)] {
    let addresses = [(ColumnMap.url, url), (ColumnMap.referrer, referrer)]
    let times = [joinedTime?.first, joinedTime?.second].compactMap(\.self)
    return zip(EventField.allCases, slots).filter { $1 < columnCount }.map { ($0.rawValue, $1) }
      + times.map { (EventField.createdAt.rawValue, $0) }
      + addresses.compactMap { name, column in column.map { (name, $0) } }
      + propertyColumns.map { (ColumnMap.property($0.key), $0.slot) }
  }
}

extension PropertyLayout {
  fileprivate var targets: [(String, Int)] {
    zip(PropertyField.allCases, slots).filter { $1 < columnCount }.map { ($0.rawValue, $1) }
  }
}

extension JSONColumns {
  /// What the member at `path` is read as.
  fileprivate func targets(of path: [String], _ map: ColumnMap) -> [String] {
    let name = path.joined(separator: ".")
    let mapped = map.allTargets.filter { map.columnName(of: $0)?.lowercased() == name.lowercased() }
    if !mapped.isEmpty { return mapped }
    let standard = form.columns.filter { column in
      map.source(of: column.name) == nil && column.paths.contains { $0.contains(path) }
    }
    if !standard.isEmpty { return standard.map(\.name) }
    let computed = form.inputs.filter { $0.path == path }.flatMap { $0.input.targets }
    if !computed.isEmpty { return computed }
    let isProperty = form.kinds.contains { prefix, kind in
      guard path.count > prefix.count, path.starts(with: prefix) else { return false }
      switch kind {
      case .members: return false
      case .parameters: return true
      case .properties(let rule):
        return !(rule.skipsDollar && path[prefix.count].utf8.first == UInt8(ascii: "$"))
      }
    }
    return isProperty ? ["property"] : []
  }
}

extension JSONForm.Input {
  /// The columns that are computed with it.
  fileprivate var targets: [String] {
    switch self {
    case .type: [Self.eventType.column]
    case .screenWidth, .screenHeight: [Self.screen.column]
    case .agent: [Self.browser, .os, .device].map(\.column)
    default: [column]
    }
  }
}

// An option that has no effect is an error: whoever gave it believes that it has one.

extension ReadingRules {
  /// Whether the columns of an SQLite file have to be read as the rules describe them.
  var describesColumns: Bool { columnMap != .none || table != nil || pageviewNames != nil }

  /// Throws `usage` if an option has an effect on none of the files.
  func checkUse(databases: [String], tables: [FileTable]) throws(StoreError) {
    if table != nil, databases.isEmpty {
      throw Self.noEffect("--table", "names a table of an SQLite file, and there is none among the files")
    }
    let files = tables.isEmpty ? databases.joined(separator: ", ") : tables[0].path
    for (option, isGiven) in [("--separator", separator != nil), ("--header", header != nil)] where isGiven {
      guard tables.contains(where: \.syntax.isDelimited) else {
        throw Self.noEffect(option, "is for CSV files, and \(files) is none")
      }
    }
    if encoding != nil, tables.isEmpty {
      throw Self.noEffect("--encoding", "is for text files, and \(files) is an SQLite file")
    }
    let options = [
      ("--visitor-key", accessLogs.visitorKey != nil), ("--keep-bots", accessLogs.keepsBots),
      ("--keep-assets", accessLogs.keepsAssets),
    ]
    for (option, isGiven) in options where isGiven {
      guard tables.contains(where: \.syntax.isAccessLog) else {
        throw Self.noEffect(option, "is for access logs, and \(files) is none")
      }
    }
  }

  /// Throws `usage` if an option that describes columns is given for a store, whose columns are known.
  func checkUse(forDatabase path: String, isFootfallStore: Bool) throws(StoreError) {
    guard isFootfallStore else { return }
    let options = [
      ("--map", columnMap != .none), ("--table", table != nil), ("--pageviews", pageviewNames != nil),
      ("--time-format", times.format != nil), ("--time-zone", times.zone != nil),
    ]
    for (option, isGiven) in options where isGiven {
      throw Self.noEffect(option, "is for files of other programs, and footfall made \(path)")
    }
  }

  private static func noEffect(_ option: String, _ reason: String) -> StoreError {
    .usage("\(option) \(reason); leave it out")
  }
}

extension RowSyntax {
  /// Whether rows are fields between separators, with a header.
  fileprivate var isDelimited: Bool {
    switch self {
    case .csv, .goatCounter: true
    case .jsonLines, .accessLog, .copy, .insert: false
    }
  }

  fileprivate var isAccessLog: Bool { if case .accessLog = self { true } else { false } }
}

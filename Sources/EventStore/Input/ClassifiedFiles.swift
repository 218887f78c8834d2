/// Files by the kind of their contents.
struct ClassifiedFiles {
  private(set) var sqlite: [String] = []
  /// The tables in files of other kinds.
  private(set) var tables: [FileTable] = []

  /// Throws `usage` if an option of `rules` has no effect on any of the files, and the error of any file that cannot be
  /// read.
  init(
    _ paths: [String], _ rules: ReadingRules, _ resources: ReadingResources = ReadingResources()
  ) throws(StoreError) {
    guard !paths.isEmpty else { throw .usage("name an SQLite file, or one or more CSV files") }
    for path in paths {
      let contents = try FileContents(path: path, resources).decompressed(resources)
      if contents.isSQLite {
        if path == FileContents.standardInput {
          throw .unusableFile(path: contents.path, sentence: "has an SQLite file; name the file instead")
        }
        try contents.checkSQLiteLength()
        sqlite.append(path)
      } else {
        tables += try FileTable.tables(in: contents.transcoded(rules.encoding, resources), rules, resources)
      }
    }
    try rules.checkUse(databases: sqlite, tables: tables)
  }
}

/// The files from which a store is opened, distinguished by their contents.
enum StoreInput {
  case sqlite(path: String)
  case tables([FileTable])

  /// Throws `usage` if the files cannot be combined, and the errors of ``ClassifiedFiles``.
  init(
    _ paths: [String], _ rules: ReadingRules, _ resources: ReadingResources = ReadingResources()
  ) throws(StoreError) {
    let found = try ClassifiedFiles(paths, rules, resources)
    if found.sqlite.isEmpty {
      self = .tables(found.tables)
    } else if found.sqlite.count == 1, found.tables.isEmpty {
      self = .sqlite(path: found.sqlite[0])
    } else {
      let others = found.sqlite.dropFirst() + found.tables.map(\.path)
      throw .usage(
        "\(found.sqlite[0]) is an SQLite file and must be opened alone; import \(others.joined(separator: ", ")) into a store"
      )
    }
  }
}

extension FileTable {
  /// The tables in a file that is not an SQLite file. Throws `unusableFile` if its format cannot be read.
  static func tables(
    in contents: FileContents, _ rules: ReadingRules, _ resources: ReadingResources
  ) throws(StoreError) -> [FileTable] {
    switch FileFormat(contents.bytes) {
    case .sqlite: throw unreadable(contents, "an SQLite file in another encoding", "save it as it was")
    case .delimited: [try FileTable(csv: contents, rules).recognised]
    case .jsonLines: [try FileTable(jsonLines: contents, rules.columnMap)]
    case .sqlDump(let dialect): try SQLDump.tables(in: contents, dialect, isCancelled: resources.isCancelled)
    case .accessLog:
      [
        FileTable(
          contents: contents, columns: AccessLogScanner.columns, rows: 0..<contents.bytes.count,
          syntax: .accessLog(rules.accessLogs))
      ]
    case .compressed(let compression):
      throw unreadable(contents, "compressed", "decompress it with \(compression.program) -d")
    case .unreadable(let name, let advice): throw unreadable(contents, name, advice)
    }
  }

  /// The table with the columns of events, if it is the export of a program that has columns of its own.
  private var recognised: FileTable {
    guard columns.starts(with: GoatCounterScanner.header) else { return self }
    return FileTable(
      contents: contents, columns: GoatCounterScanner.columns, rows: rows,
      syntax: .goatCounter(columnCount: columns.count))
  }

  private static func unreadable(_ contents: FileContents, _ name: String, _ advice: String) -> StoreError {
    .unusableFile(path: contents.path, sentence: "is \(name), which is not read here; \(advice)")
  }
}

/// The files from which a store is opened, distinguished by their contents.
enum InputFiles {
  case sqlite(path: String)
  case csv([CSVFile])

  /// Throws `usage` if the files cannot be combined, and the error of any file that cannot be read.
  init(_ paths: [String]) throws(StoreError) {
    guard !paths.isEmpty else { throw .usage("name an SQLite file, or one or more CSV files") }
    var csv: [CSVFile] = []
    var sqlite: [String] = []
    for path in paths {
      let contents = try FileContents(path: path)
      if contents.isSQLite {
        try contents.checkSQLiteLength()
        sqlite.append(path)
      } else {
        csv.append(try CSVFile(contents))
      }
    }
    if sqlite.isEmpty {
      self = .csv(csv)
    } else if sqlite.count == 1, csv.isEmpty {
      self = .sqlite(path: sqlite[0])
    } else {
      let others = sqlite.dropFirst() + csv.map(\.path)
      throw .usage(
        "\(sqlite[0]) is an SQLite file and must be opened alone; import \(others.joined(separator: ", ")) into a store"
      )
    }
  }
}

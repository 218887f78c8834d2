/// Takes one line of text for whoever runs the program; on the command line it goes to stderr.
public typealias Diagnostics = (_ line: String) -> Void

/// Counts bad rows, reports the first of them, and stops at the first where reading is strict.
final class BadRows {
  /// How many bad rows are reported one by one before the rest are only counted.
  static let reportedLimit = 10

  private(set) var count = 0
  private let isStrict: Bool
  private let diagnostics: Diagnostics

  init(isStrict: Bool, diagnostics: @escaping Diagnostics) {
    self.isStrict = isStrict
    self.diagnostics = diagnostics
  }

  func add(_ row: BadRow) throws(StoreError) {
    if isStrict { throw .badRow(row) }
    count += 1
    if count <= Self.reportedLimit { diagnostics("\(row)") }
  }

  /// Whether the next one would be reported, and not only counted.
  var reportsNext: Bool { isStrict || count < Self.reportedLimit }

  /// Counts bad rows of which nothing is known but that there are more of them than are reported.
  func add(unreported count: Int) { self.count += count }

  /// Takes over what another has counted, and the lines that it has reported.
  func add(_ lines: [String], count: Int) {
    for (number, line) in lines.enumerated() where self.count + number < Self.reportedLimit {
      diagnostics(line)
    }
    self.count += count
  }

  /// Says how many there were in all, where not every one was reported.
  func finish() {
    let rest = count - Self.reportedLimit
    if rest > 0 { diagnostics("\(rest) more bad rows, \(count) in all, were left out") }
  }
}

/// Passes lines on, and keeps those that are said while rows are read.
final class Notes {
  /// Where lines go that are not kept.
  let diagnostics: Diagnostics
  private var kept: [String]?

  init(_ diagnostics: @escaping Diagnostics) { self.diagnostics = diagnostics }

  func say(_ line: String) {
    kept?.append(line)
    diagnostics(line)
  }

  /// The lines that are said while `body` runs.
  func keeping<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> (result: Result, lines: [String]) {
    kept = []
    defer { kept = nil }
    let result = try body()
    return (result, kept ?? [])
  }
}

import EventStore

/// The options of every command that reads events: `--map`, `--website`, `--strict`.
struct ReadingOptions {
  static let names = ["--map", "--website", "--strict"]

  private(set) var rules = ReadingRules()

  /// Takes the option where it is one of these.
  mutating func take(
    _ name: String, _ value: String?, from arguments: inout Arguments
  ) throws(CommandError) -> Bool {
    switch name {
    case "--map":
      let text = try arguments.value(of: name, value)
      do throws(StoreError) { rules.columnMap = try ColumnMap(parsing: text) } catch { throw .store(error) }
    case "--website":
      rules.defaultWebsiteID = try arguments.value(of: name, value)
      if rules.defaultWebsiteID.isEmpty { throw .usage("--website needs the id of a website") }
    case "--strict":
      try arguments.checkNoValue(of: name, value)
      rules.isStrict = true
    default: return false
    }
    return true
  }
}

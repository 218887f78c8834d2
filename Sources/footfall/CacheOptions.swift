import EventStore

/// The options of every command that computes reports: `--cache DIR`, `--no-cache`.
struct CacheOptions {
  static let names = ["--cache", "--no-cache"]

  private(set) var location = CacheLocation.standard(userFolder: userCacheFolder())

  /// Takes the option where it is one of these; of several the last counts.
  mutating func take(
    _ name: String, _ value: String?, from arguments: inout Arguments
  ) throws(CommandError) -> Bool {
    switch name {
    case "--cache":
      let folder = try arguments.value(of: name, value)
      if folder.isEmpty { throw .usage("--cache needs a folder") }
      location = .folder(folder)
    case "--no-cache":
      try arguments.checkNoValue(of: name, value)
      location = .none
    default: return false
    }
    return true
  }
}

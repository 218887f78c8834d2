/// Why a time zone cannot be had by its name.
public enum TimeZoneError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No zone has the name; `nearest` is the one that may have been meant.
  case unknown(String, nearest: String?)
  /// No directory holds any zones, so that only `UTC` is known.
  case noDatabase(name: String, directories: [String])
  /// The zone's file cannot be read, or is not one.
  case unreadable(name: String, reason: String)

  public var description: String {
    switch self {
    case .unknown(let name, let nearest?):
      "unknown time zone \(name.quotedBriefly); did you mean \(nearest.quotedBriefly)?"
    case .unknown(let name, nil):
      "unknown time zone \(name.quotedBriefly); a name of the IANA time zone database is needed, such as "
        + "\"Europe/Berlin\" or \"UTC\""
    case .noDatabase(let name, let directories):
      "time zone \(name.quotedBriefly) cannot be looked up: there is no time zone database in "
        + "\(directories.joined(separator: ", ")) (package tzdata); only \"UTC\" works without one"
    case .unreadable(let name, let reason):
      "time zone \(name.quotedBriefly) cannot be read: \(reason)"
    }
  }
}

import Synchronization
public import System

/// The zones of the IANA time zone database as the system installs them: one file for each zone.
///
/// A zone is read on first use and cached. Names come from requests, so they are checked before they become
/// paths: files outside the directories, and files that are not TZif, are never used.
public final class TimeZoneDatabase: Sendable {
  private let directories: [String]
  private let files: FileReader
  private let loaded = Mutex<[String: TimeZoneRules]>([:])
  /// The zones' names by their names in lower case; read when a name is first given in another case.
  private let namesByFolded = Mutex<[[UInt8]: String]?>(nil)

  /// `directories` are tried in order, for example `["/usr/share/zoneinfo"]`. Nothing is read yet.
  public init(directories: [String], files: FileReader) {
    self.directories = directories
    self.files = files
  }

  /// Returns the rules of a zone. Its name is one of:
  ///
  /// - an IANA name, such as `Europe/Berlin`, in any case;
  /// - an offset from UTC, such as `UTC+2`, `UTC+05:30` or `GMT-5` (``TimeZoneRules/init(offset:)``). A bare
  ///   `+02:00` is no name of a zone; the error says how to write it.
  public func rules(named name: String) throws(TimeZoneError) -> TimeZoneRules {
    if lowercased(name) == Array("utc".utf8) { return .utc }
    if let rules = TimeZoneRules(offset: name) {
      if name.utf8.first == UInt8(ascii: "+") || name.utf8.first == UInt8(ascii: "-") {
        throw .unknown(name, nearest: "UTC\(name)")
      }
      return rules
    }
    if let rules = try loadedRules(name) { return rules }
    // Stored by the zone's own name only, because a name has very many spellings.
    if let exact = nameInAnyCase(name), let rules = try loadedRules(exact) { return rules }
    throw unknown(name)
  }

  /// Returns the rules of the zone with exactly this name; nil if there is none.
  private func loadedRules(_ name: String) throws(TimeZoneError) -> TimeZoneRules? {
    if let rules = loaded.withLock({ $0[name] }) { return rules }
    guard let rules = try read(name) else { return nil }
    loaded.withLock { $0[name] = rules }
    return rules
  }

  /// Returns the name of the zone that differs from `name` at most in case.
  private func nameInAnyCase(_ name: String) -> String? {
    guard name.utf8.count <= Self.maximumNameLength else { return nil }
    let known = namesByFolded.withLock { known in
      // The order of a directory depends on the file system; the choice must not.
      let names = known ?? Dictionary(names().map { (lowercased($0), $0) }, uniquingKeysWith: min)
      known = names
      return names
    }
    return known[lowercased(name)]
  }

  private func read(_ name: String) throws(TimeZoneError) -> TimeZoneRules? {
    guard Self.isName(name) else { return nil }
    for directory in directories {
      let bytes: [UInt8]?
      do throws(FileReadingError) {
        bytes = try files.contents("\(directory)/\(name)", Self.maximumFileSize)
      } catch {
        throw .unreadable(name: name, reason: error.description)
      }
      guard let bytes else { continue }
      do throws(TZifError) {
        return try TimeZoneRules(tzif: bytes)
      } catch {
        throw .unreadable(name: name, reason: error.description)
      }
    }
    return nil
  }

  /// Returns the error for an unknown name, with the nearest known name.
  private func unknown(_ name: String) -> TimeZoneError {
    if TimeZoneRules.resemblesOffset(name) { return .unknown(name, nearest: nil) }
    let names = names()
    return names.isEmpty
      ? .noDatabase(name: name, directories: directories)
      : .unknown(name, nearest: nearestZone(to: name, of: names))
  }

  /// Returns the names of all zones, in no particular order.
  func names() -> [String] {
    var names: [String] = []
    for directory in directories { collectNames(in: directory, prefix: "", into: &names) }
    return names
  }

  /// Collects the names of all zones in a directory, such as `Europe/Berlin`.
  private func collectNames(in directory: String, prefix: String, into names: inout [String]) {
    for entry in files.names(directory) where Self.isName(prefix + entry) {
      let count = names.count
      collectNames(in: "\(directory)/\(entry)", prefix: "\(prefix)\(entry)/", into: &names)
      // An entry without zones below it is a zone.
      if names.count == count { names.append(prefix + entry) }
    }
  }
}

extension TimeZoneDatabase {
  /// The maximum length of a name that is looked up, in bytes; the longest name in the database has 32.
  static let maximumNameLength = 64

  /// The maximum size of a file that is read, in bytes; the system's largest has less than 4,000.
  static let maximumFileSize = 1 << 20

  /// Returns whether a text may be the name of a zone: parts of letters, digits, `_`, `+` and `-`, separated
  /// by slashes.
  ///
  /// All names of the database begin with a capital letter. Other entries of its directory do not, and must
  /// not be accessible by name: `localtime`, which is a different zone on every machine, and the copies in
  /// `right`.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first,
      text.utf8.count <= maximumNameLength
    else { return false }
    return text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { component in !component.isEmpty && component.allSatisfy(isNameCharacter) }
  }

  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default:
      false
    }
  }
}

/// The reason why a time zone is not available by its name.
public enum TimeZoneError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No zone has the name; `nearest` is the one that was probably meant.
  case unknown(String, nearest: String?)
  /// No directory contains any zones, so only `UTC` is known.
  case noDatabase(name: String, directories: [String])
  /// The zone's file cannot be read, or is not a time zone file.
  case unreadable(name: String, reason: String)

  public var description: String {
    switch self {
    case .unknown(let name, let nearest?):
      "unknown time zone \(name.quotedBriefly); did you mean \(nearest.quotedBriefly)?"
    case .unknown(let name, nil):
      "unknown time zone \(name.quotedBriefly); use a name of the IANA time zone database, such as "
        + "\"Europe/Berlin\", or an offset from UTC, such as \"UTC+2\""
    case .noDatabase(let name, let directories):
      "time zone \(name.quotedBriefly) cannot be looked up: there is no time zone database in "
        + "\(directories.joined(separator: ", ")) (package tzdata); only \"UTC\" works without one"
    case .unreadable(let name, let reason):
      "time zone \(name.quotedBriefly) cannot be read: \(reason)"
    }
  }
}

/// Returns the zone that was probably meant by an unknown name: the same name in a different case, the same
/// city, or a name with one or two mistakes; nil if none is near.
func nearestZone(to name: String, of zones: [String]) -> String? {
  guard name.utf8.count <= TimeZoneDatabase.maximumNameLength else { return nil }
  let wanted = folded(name)
  // The order of a directory depends on the file system; the answer must not.
  let candidates = zones.sorted().map { (name: $0, folded: folded($0)) }
  if let same = candidates.first(where: { $0.folded == wanted }) { return same.name }
  if let city = candidates.first(where: { lastComponent($0.folded) == lastComponent(wanted) }) {
    return city.name
  }

  // Two mistakes turn any short name into any other: PST must not suggest EST.
  guard wanted.count > 4 else { return nil }
  let distances = candidates.map { (name: $0.name, distance: editDistance($0.folded, wanted)) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }), nearest.distance <= 2 else {
    return nil
  }
  return nearest.name
}

/// Returns the name in lower case, with `_` for spaces.
private func folded(_ name: String) -> [UInt8] {
  lowercased(name).map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 }
}

/// Returns the name with its ASCII letters in lower case.
private func lowercased(_ name: String) -> [UInt8] {
  name.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
}

private func lastComponent(_ name: [UInt8]) -> ArraySlice<UInt8> {
  name[((name.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
}

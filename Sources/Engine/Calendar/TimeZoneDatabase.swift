import Synchronization

/// The zones of the IANA time zone database, as the system installs them: a file a zone.
///
/// A zone is read when it is first asked for, and kept. Names come from requests, so they are checked before
/// they become paths: nothing outside the directories, and no file that is not TZif, is ever read.
public final class TimeZoneDatabase: Sendable {
  private let directories: [String]
  private let loaded = Mutex<[String: TimeZoneRules]>([:])

  /// `directories` are tried in turn, such as `["/usr/share/zoneinfo"]`. Nothing is read yet.
  public init(directories: [String]) {
    self.directories = directories
  }

  /// The rules of the zone of that IANA name, such as `Europe/Berlin`. Case counts.
  public func rules(named name: String) throws(TimeZoneError) -> TimeZoneRules {
    if name == "UTC" { return .utc }
    if let rules = loaded.withLock({ $0[name] }) { return rules }
    let rules = try read(name)
    loaded.withLock { $0[name] = rules }
    return rules
  }

  private func read(_ name: String) throws(TimeZoneError) -> TimeZoneRules {
    guard Self.isName(name) else { throw unknown(name) }
    for directory in directories {
      let bytes: [UInt8]?
      do throws(FileReadingError) {
        bytes = try contents(ofFile: "\(directory)/\(name)", limit: Self.maximumFileSize)
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
    throw unknown(name)
  }

  /// The error for a name that no file has, with the name that comes nearest.
  private func unknown(_ name: String) -> TimeZoneError {
    let names = directories.flatMap { zoneNames(in: $0) }
    return names.isEmpty
      ? .noDatabase(name: name, directories: directories)
      : .unknown(name, nearest: nearestZone(to: name, of: names))
  }
}

extension TimeZoneDatabase {
  /// The longest name that is looked up, in bytes; the database's longest has 32.
  static let maximumNameLength = 64

  /// The longest file that is read, in bytes; the system's longest has less than 4,000.
  static let maximumFileSize = 1 << 20

  /// Whether a text may be the name of a zone: parts of letters, digits, `_`, `+` and `-` between slashes.
  ///
  /// All names of the database begin with a capital. What else lies in its directory does not, and must
  /// not be had by name: `localtime`, which is another zone on every machine, and the copies in `right`.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first,
      text.utf8.count <= maximumNameLength
    else { return false }
    return text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { part in !part.isEmpty && part.allSatisfy(isNameCharacter) }
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

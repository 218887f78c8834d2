/// Why a text is no instant.
enum InstantError: Error, Equatable, CustomStringConvertible {
  case empty
  /// Something else is expected at that byte, counted from 0.
  case unexpected(at: Int)
  case noSuchDate
  case noSuchTime
  case noSuchZone
  case outsideYears

  var description: String {
    switch self {
    case .empty: "it is empty"
    case .unexpected(let position): "it cannot be read from character \(position + 1) on"
    case .noSuchDate: "there is no such date"
    case .noSuchTime: "there is no such time of day"
    case .noSuchZone: "there is no such offset from UTC"
    case .outsideYears: "it is not in the years 0000 to 9999"
    }
  }
}

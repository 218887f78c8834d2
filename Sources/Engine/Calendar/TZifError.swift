/// Why bytes are not a time zone file (RFC 9636).
public enum TZifError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The bytes do not begin with `TZif`, or the 64-bit block does not.
  case notTZif
  /// A version that is none of 1 to 4; the byte as it stands in the file.
  case unknownVersion(UInt8)
  /// The file ends before what its header announces.
  case truncated
  /// No local time types, or a transition to one that is not there.
  case badTypes
  /// An offset from UTC outside −24:59:59 … 25:59:59, in seconds.
  case badOffset(Int32)
  /// Transitions or leap seconds that do not ascend, or lie beyond the instants that can be told.
  case badTimes
  /// A footer that is not a `TZ` string.
  case badFooter

  public var description: String {
    switch self {
    case .notTZif: "not a TZif file"
    case .unknownVersion(let byte): "a TZif file of an unknown version (byte \(byte); known are 1 to 4)"
    case .truncated: "a TZif file that ends too early"
    case .badTypes: "a TZif file with a transition to no local time type"
    case .badOffset(let seconds): "a TZif file with an impossible offset of \(seconds) seconds"
    case .badTimes: "a TZif file whose times do not ascend"
    case .badFooter: "a TZif file whose footer is not a TZ string"
    }
  }
}

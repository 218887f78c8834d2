import Foundation
import System

/// Where the events are: `clickhouse://USER@HOST:PORT/DATABASE?secure=true&table=website_event`.
///
/// A password is never part of an address, because addresses are seen in lists of processes, in diagnostics and on pages.
public struct Address: Sendable, Equatable {
  /// Nil: the server's default user, or that of `FOOTFALL_CLICKHOUSE_USER`.
  public var user: String?
  public var host: String
  /// 8443 with TLS and 8123 without, if the address has none.
  public var port: Int
  /// `default`, if the address has none.
  public var database: String
  /// Whether the connection is encrypted.
  public var isSecure: Bool
  /// The table of events, in the database.
  public var table = "website_event"
  /// The table of properties, in the database.
  public var propertiesTable = "event_data"
  /// The column that orders the events of one instant. Nil: `event_id`, because Umami's tables do not keep the order in which
  /// events arrived.
  public var arrivalColumn: String?
  /// Limits that each query has, as ClickHouse's settings name them.
  public var limits = QueryLimits()
}

/// What one query may take. The server cancels a query that takes more.
public struct QueryLimits: Sendable, Equatable {
  /// How long to wait for an answer, when the server has no limit.
  static let longestWaitSeconds = 600
  /// The longest time that a query may be given.
  static let maximumSeconds = 86_400
  /// How much longer the connection waits than the server, whose own error says more.
  private static let graceSeconds = 5

  /// Nil: what the server's settings say.
  public var seconds: Int?
  /// Nil: what the server's settings say.
  public var memoryBytes: Int?

  public init(seconds: Int? = nil, memoryBytes: Int? = nil) {
    (self.seconds, self.memoryBytes) = (seconds, memoryBytes)
  }

  /// For how long the connection may be silent: a little longer than the server lets a query run.
  var requestSeconds: Int { seconds.map { $0 + Self.graceSeconds } ?? Self.longestWaitSeconds }
}

/// What is wrong with an address.
public struct AddressError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension Address {
  /// The beginning of an address.
  public static let scheme = "clickhouse://"

  /// Whether a text is meant as an address, right or wrong.
  public static func isAddress(_ text: String) -> Bool {
    text.utf8.starts(with: scheme.utf8)
  }
}

extension Address {
  /// The parameters that an address may have.
  static let parameterNames = [
    "secure", "table", "properties", "arrival", "seconds", "memory",
  ]

  /// Reads an address, such as `clickhouse://analytics@db.example:8443/umami?secure=true`.
  ///
  /// - Parameter variable: The value of an environment variable, for what the address does not say.
  public init(_ text: String, variable: (String) -> String? = { _ in nil }) throws(AddressError) {
    // What has no form of an address may still have a password, which must be in no error.
    if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")), Self.isAddress(text),
      text.utf8[..<at].dropFirst(Self.scheme.utf8.count).contains(UInt8(ascii: ":"))
    {
      throw AddressError(
        "an address must not have a password, because other users see it; set FOOTFALL_CLICKHOUSE_PASSWORD, "
          + "or name a file with --password-file (an @ in a name is written %40)")
    }
    guard Self.isAddress(text), let components = URLComponents(string: text),
      let host = components.host, !host.isEmpty
    else {
      throw AddressError(
        "\"\(text)\" is not an address of ClickHouse; write clickhouse://USER@HOST:PORT/DATABASE")
    }
    var values: [String: String] = [:]
    for item in components.queryItems ?? [] {
      guard Self.parameterNames.contains(item.name) else {
        let nearest = nearestName(to: item.name, among: Self.parameterNames).map { "; did you mean \($0)?" }
        throw AddressError(
          "an address has no parameter \"\(item.name)\""
            + (nearest ?? "; there are \(Self.parameterNames.joined(separator: ", "))"))
      }
      values[item.name] = item.value ?? ""
    }
    self.host = host
    user = components.user ?? variable("FOOTFALL_CLICKHOUSE_USER")
    let path = components.path.utf8.dropFirst()
    database = path.isEmpty ? "default" : String(decoding: path, as: UTF8.self)
    isSecure = try Self.isSecure(values["secure"], host: host, port: components.port)
    port = components.port ?? (isSecure ? 8443 : 8123)
    if let name = values["table"] { table = name }
    if let name = values["properties"] { propertiesTable = name }
    arrivalColumn = values["arrival"]
    limits.seconds = try Self.count(
      values["seconds"] ?? variable("FOOTFALL_CLICKHOUSE_SECONDS"), "seconds",
      most: QueryLimits.maximumSeconds)
    limits.memoryBytes = try Self.count(
      values["memory"] ?? variable("FOOTFALL_CLICKHOUSE_MEMORY"), "memory", most: .max)
    guard 1...65_535 ~= port, url([]) != nil else {
      throw AddressError("\"\(text)\" has a host or a port that cannot be; ports are 1 to 65535")
    }
  }

  /// Whether to use TLS. Without being told, a password is sent in clear text to this machine only.
  private static func isSecure(_ value: String?, host: String, port: Int?) throws(AddressError) -> Bool {
    switch value {
    case "true": return true
    case "false": return false
    case nil: return !["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    case let other?:
      throw AddressError("secure must be true or false, is \"\(other)\"")
    }
  }

  private static func count(_ text: String?, _ name: String, most: Int) throws(AddressError) -> Int? {
    guard let text, !text.isEmpty else { return nil }
    guard let number = Int(text), 1...most ~= number else {
      throw AddressError("\(name) must be a whole number from 1 to \(most), is \"\(text)\"")
    }
    return number
  }

  /// The address of the HTTP interface with these parameters.
  func url(_ parameters: [(name: String, value: String)]) -> URL? {
    var components = URLComponents()
    components.scheme = isSecure ? "https" : "http"
    components.host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    components.port = port
    components.path = "/"
    components.percentEncodedQuery = parameters.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(
      separator: "&")
    return components.url
  }
}

/// A value of a query string: every byte that is not a letter, a digit or one of `-._~` as `%XX` (RFC 3986).
private func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var encoded: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      encoded.append(byte)
    default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: encoded, as: UTF8.self)
}

import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Why a statement failed. `description` is one sentence for the user; it never contains a password.
public enum ClickHouseError: Error, Sendable, Equatable {
  /// There is no connection: `sentence` says why.
  case unreachable(host: String, sentence: String)
  /// The server refuses the user or the password.
  case refused(user: String)
  /// The user may not read what the statement reads.
  case accessDenied(user: String, message: String)
  /// The server's certificate is not trusted, or it does not speak TLS.
  case insecure(host: String, sentence: String)
  /// The server answered with an error of its own.
  case server(code: Int, message: String)
  /// The answer was cut short, or is none of ClickHouse's.
  case damagedAnswer(String)
  /// The answer has more than so many bytes.
  case tooLarge(bytes: Int)
  /// The query took longer than its limit; nil if the limit is the server's.
  case timeout(seconds: Int?)
  /// Somebody cancelled the query on the server.
  case killed
  /// The caller has cancelled the query.
  case cancelled
}

extension ClickHouseError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable(let host, let sentence): "cannot reach ClickHouse at \(host): \(sentence)"
    case .refused(let user):
      "ClickHouse refuses the password of user \"\(user)\"; set FOOTFALL_CLICKHOUSE_USER and FOOTFALL_CLICKHOUSE_PASSWORD"
    case .insecure(let host, let sentence): "cannot trust \(host): \(sentence)"
    case .server(let code, let message): "ClickHouse: \(message) (code \(code))"
    case .damagedAnswer(let sentence): "ClickHouse's answer is damaged: \(sentence)"
    case .accessDenied(let user, let message): "ClickHouse does not let \"\(user)\" read: \(message)"
    case .tooLarge(let bytes): "ClickHouse's answer has more than \(bytes) bytes"
    case .timeout(let seconds?): "ClickHouse did not answer within \(seconds) seconds"
    case .timeout(nil): "the query took longer than ClickHouse's settings allow"
    case .killed: "the query was cancelled on the server"
    case .cancelled: "cancelled"
    }
  }
}

extension ClickHouseError {
  // Errors of ClickHouse's own connections, which pass: SOCKET_TIMEOUT, NETWORK_ERROR, ALL_CONNECTION_TRIES_FAILED,
  // KEEPER_EXCEPTION.
  private static let passingCodes = [209, 210, 279, 999]

  /// Whether the statement may succeed if it is sent again.
  var isWorthRetrying: Bool {
    switch self {
    case .unreachable, .damagedAnswer: true
    case .server(let code, _): Self.passingCodes.contains(code)
    case .refused, .accessDenied, .insecure, .tooLarge, .timeout, .killed, .cancelled: false
    }
  }

  /// Whether the server may still work on the query.
  var leavesQueryRunning: Bool {
    switch self {
    case .tooLarge, .timeout: true
    case .damagedAnswer, .unreachable, .refused, .accessDenied, .insecure, .server, .killed, .cancelled: false
    }
  }

  /// The bytes of an answer in which its error is.
  private static let errorTextBytes = 16 << 10

  static func head(of answer: [UInt8]) -> String {
    String(decoding: answer.prefix(errorTextBytes), as: UTF8.self)
  }

  static func tail(of answer: [UInt8]) -> String {
    String(decoding: answer.suffix(errorTextBytes), as: UTF8.self)
  }
}

extension ClickHouseError {
  /// An error of the connection.
  init(_ error: URLError, from address: Address) {
    let host = "\(address.host):\(address.port)"
    switch error.code {
    case .timedOut: self = .timeout(seconds: address.limits.requestSeconds)
    case .cancelled: self = .cancelled
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
      .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected:
      self = .insecure(
        host: host,
        sentence: "its certificate is not trusted; add its authority to the certificates of the system")
    case .networkConnectionLost, .cannotParseResponse, .zeroByteResource, .badServerResponse:
      self = .damagedAnswer("the connection ended before it was complete")
    case .cannotFindHost, .dnsLookupFailed: self = .unreachable(host: host, sentence: "the name is unknown")
    case .cannotConnectToHost: self = .unreachable(host: host, sentence: "nothing listens there")
    // On Linux an untrusted certificate has no code of its own.
    case _ where error.localizedDescription.hasPrefix("SSL"):
      self = .insecure(host: host, sentence: error.localizedDescription)
    default: self = .unreachable(host: host, sentence: error.localizedDescription)
    }
  }

  /// An error that the server reports: `Code: 60. DB::Exception: Table … does not exist. (UNKNOWN_TABLE) (version …)`.
  init(code: Int, text: String, _ address: Address) {
    switch code {
    case 192, 193, 194, 516: self = .refused(user: address.user ?? "default")
    case 497: self = .accessDenied(user: address.user ?? "default", message: Self.sentence(text))
    case 159: self = .timeout(seconds: address.limits.seconds)
    case 394: self = .killed
    default: self = .server(code: code, message: Self.sentence(text))
    }
  }

  /// What is between `DB::Exception: ` and the version, on one line.
  private static func sentence(_ text: String) -> String {
    var words = text
    if let start = words.range(of: "DB::Exception: ", options: .backwards) {
      words = String(words[start.upperBound...])
    }
    if let version = words.range(of: " (version ") { words = String(words[..<version.lowerBound]) }
    return words.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

/// The code in the text of an error that ClickHouse put behind rows or in place of them; nil if there is none.
func serverErrorCode(in bytes: [UInt8]) -> Int? {
  let text = ClickHouseError.tail(of: bytes)
  guard let exception = text.range(of: ". DB::Exception: ", options: .backwards),
    let start = text[..<exception.lowerBound].range(of: "Code: ", options: .backwards)
  else { return nil }
  return Int(text[start.upperBound..<exception.lowerBound])
}

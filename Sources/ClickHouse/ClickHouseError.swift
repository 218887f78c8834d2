import Foundation
import FoundationNetworking

/// Why ClickHouse could not be asked, or did not answer.
///
/// `description` is one sentence for the user, in which no password is ever part.
public enum ClickHouseError: Error, Sendable, Equatable {
  /// There is no connection: `sentence` says why.
  case unreachable(host: String, sentence: String)
  /// The server refuses the user or the password.
  case refused(user: String)
  /// The server's certificate is not trusted, or it does not speak TLS.
  case insecure(host: String, sentence: String)
  /// The server answered with an error of its own.
  case server(code: Int, message: String)
  /// The answer was cut short, or is none of ClickHouse's.
  case damagedAnswer(String)
  /// The query took longer than its limit.
  case timeout(seconds: Int)
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
    case .timeout(let seconds): "ClickHouse did not answer within \(seconds) seconds"
    case .cancelled: "cancelled"
    }
  }
}

extension ClickHouseError {
  /// Whether the same statement may be sent once more: the server is up again, and nothing was answered yet.
  var isWorthRetrying: Bool {
    switch self {
    case .unreachable, .damagedAnswer: true
    // 209, 210: network errors between servers; 394: killed; 516 … : for good.
    case .server(let code, _): [209, 210, 279, 999].contains(code)
    case .refused, .insecure, .timeout, .cancelled: false
    }
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
    case 192, 193, 194, 497, 516: self = .refused(user: address.user ?? "default")
    case 159: self = .timeout(seconds: address.limits.seconds ?? 0)
    case 394: self = .cancelled
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
  let text = String(decoding: bytes.suffix(16 << 10), as: UTF8.self)
  guard let exception = text.range(of: ". DB::Exception: ", options: .backwards),
    let start = text[..<exception.lowerBound].range(of: "Code: ", options: .backwards)
  else { return nil }
  return Int(text[start.upperBound..<exception.lowerBound])
}

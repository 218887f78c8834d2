import Engine
import System

/// A line of an access log in common or combined form:
/// `[host[:port] ]address[, address]… ident user [time] "request" status bytes[ "referrer" "agent"]…`
struct AccessLogLine {
  /// The virtual host, without its port; empty if the line does not begin with one.
  private(set) var host = Bytes(start: nil, count: 0)
  let address: Bytes
  /// `10/Oct/2000:13:55:36 -0700`.
  let time: Bytes
  /// Empty if the request has no such part, because it was no HTTP.
  let method, target: Bytes
  let status: Bytes
  /// Empty in the common form.
  let referrer: Bytes
  /// Nil in the common form.
  let agent: Bytes?

  /// Throws what is expected instead, and where.
  init(_ line: Bytes) throws(RowDefect) {
    var reader = Reader(line: line)
    var first = try reader.word()
    // A proxy hands on a list of addresses, of which the first is the visitor's.
    let isList = first.last == Self.comma
    if isList {
      first = Bytes(rebasing: first.dropLast())
      while try reader.word().last == Self.comma {}
    }
    let second = try reader.word()
    let third = try reader.word()
    var words = 3
    while reader.current != UInt8(ascii: "["), words < Self.maximumWords {
      // The name of a user may contain spaces.
      _ = try reader.word()
      words += 1
    }
    let beginsWithHost = words > 3 && !isList && !isText(second, "-")
    if beginsWithHost {
      // What another program puts in front of lines, such as syslog, must not become a host or a visitor.
      guard isText(third, "-") else { throw reader.unexpected("an address, '-' and a user before it") }
      if !isText(first, "-") { host = Self.withoutPort(first) }
    }
    address = beginsWithHost ? second : first
    time = try reader.between(UInt8(ascii: "["), UInt8(ascii: "]"), "'[' and the time of the request")
    guard time.count == Self.timeCount else {
      throw reader.unexpected("a time such as 10/Oct/2000:13:55:36 -0700")
    }
    let request = try reader.between(UInt8(ascii: "\""), UInt8(ascii: "\""), "'\"' and the request")
    (method, target) = Self.parts(request)
    status = try reader.word()
    guard status.count == 3, status.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
      throw reader.unexpected("a status of three digits before it")
    }
    _ = try reader.word()
    guard reader.current == UInt8(ascii: "\"") else {
      referrer = Bytes(start: nil, count: 0)
      agent = nil
      return
    }
    let from = try reader.between(UInt8(ascii: "\""), UInt8(ascii: "\""), "'\"' and the referrer")
    referrer = isText(from, "-") ? Bytes(start: nil, count: 0) : from
    agent = try reader.between(UInt8(ascii: "\""), UInt8(ascii: "\""), "'\"' and the user agent")
  }

  private static let (maximumWords, timeCount) = (12, 26)
  private static let comma = UInt8(ascii: ",")

  private static func withoutPort(_ host: Bytes) -> Bytes {
    guard let colon = host.lastIndex(of: UInt8(ascii: ":")), !host[colon...].contains(UInt8(ascii: "]"))
    else {
      return host
    }
    return Bytes(rebasing: host[..<colon])
  }

  private static func parts(_ request: Bytes) -> (method: Bytes, target: Bytes) {
    let space = UInt8(ascii: " ")
    let none = Bytes(start: nil, count: 0)
    guard let end = request.firstIndex(of: space) else { return (none, none) }
    let rest = request[(end + 1)...]
    let targetEnd = rest.lastIndex(of: space) ?? rest.endIndex
    return (Bytes(rebasing: request[..<end]), Bytes(rebasing: rest[..<targetEnd]))
  }

  private struct Reader {
    let line: Bytes
    private var position = 0

    init(line: Bytes) { self.line = line }

    var current: UInt8 { position < line.count ? line[position] : 0 }

    func unexpected(_ expected: String) -> RowDefect {
      .unexpected(expected: expected, found: position < line.count ? line[position] : nil, offset: position)
    }

    /// The bytes up to the next space, which is skipped.
    mutating func word() throws(RowDefect) -> Bytes {
      let start = position
      while position < line.count, line[position] > 0x20 { position += 1 }
      guard position > start else { throw unexpected("a word of an access log in common or combined form") }
      let word = Bytes(rebasing: line[start..<position])
      skipSpace()
      return word
    }

    /// The bytes between two delimiters; a backslash escapes the closing one.
    mutating func between(_ opening: UInt8, _ closing: UInt8, _ expected: String) throws(RowDefect) -> Bytes {
      guard current == opening else { throw unexpected(expected) }
      position += 1
      let start = position
      while let found = firstIndex(of: closing, or: backslash), line[found] == backslash {
        position = min(found + 2, line.count)
      }
      guard position < line.count else {
        position = line.count
        throw unexpected("'\(Character(Unicode.Scalar(closing)))' after it")
      }
      let text = Bytes(rebasing: line[start..<position])
      position += 1
      skipSpace()
      return text
    }

    /// Moves to the next byte that is one of two, or to the end, and returns it; nil at the end.
    private mutating func firstIndex(of byte: UInt8, or other: UInt8) -> Int? {
      guard let base = line.baseAddress else { return nil }
      position = firstPosition(of: repeated(byte), or: repeated(other), base, from: position, to: line.count)
      return position < line.count ? position : nil
    }

    private mutating func skipSpace() {
      while position < line.count, line[position] == UInt8(ascii: " ") || line[position] == 0x0D {
        position += 1
      }
    }
  }
}

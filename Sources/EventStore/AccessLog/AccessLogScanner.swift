import Calendar
import Engine
import System

/// Which requests in access logs count as pageviews, and how visitors are identified.
public struct AccessLogRules: Sendable {
  /// The key of the hash that identifies visitors: a text from which the same visitors get the same ids every time;
  /// nil for ids that are different in every process.
  public var visitorKey: String?
  /// Whether requests of bots count.
  public var keepsBots = false
  /// Whether requests of images, styles and scripts count.
  public var keepsAssets = false
  /// The key if there is no text.
  private let randomKey: (UInt64, UInt64)

  /// Neither bots nor assets count, and ids differ in every process.
  public init() {
    var random = SystemRandomNumberGenerator()
    randomKey = (random.next(), random.next())
  }

  /// Two keys for the halves of an id.
  fileprivate var keys: (first: (UInt64, UInt64), second: (UInt64, UInt64)) {
    guard let visitorKey else { return (randomKey, (~randomKey.0, randomKey.1)) }
    func word(_ number: UInt64) -> UInt64 { hash(visitorKey, (number, 0)) }
    return ((word(1), word(2)), (word(3), word(4)))
  }

  private func hash(_ text: String, _ key: (UInt64, UInt64)) -> UInt64 {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { SipHash.hash($0, key: key) }
  }

  /// Everything that decides what is read from a line; not the key itself, which is nobody's business.
  var spelling: String {
    let key = visitorKey.map { String(hash($0, (5, 0)), radix: 16) } ?? "random"
    return "visitors \(key), bots \(keepsBots), assets \(keepsAssets)"
  }
}

/// Reads lines of an access log in common or combined form as pageviews.
///
/// Only requests of people for pages count: `GET` with a status of 2xx or 304, no assets, no bots.
struct AccessLogScanner: RowScanner {
  /// The names of the columns, in the order of ``Column``.
  static let columns = ["session_id", "created_at", "url", "referrer", "browser", "os", "device"]

  private enum Column: Int { case session, created, url, referrer, browser, os, device }

  private var lines: LineScanner
  private let rules: AccessLogRules
  private let keys: (first: (UInt64, UInt64), second: (UInt64, UInt64))
  private let agents = UserAgentCache()

  init(
    _ bytes: Bytes, rows: Range<Int>, _ rules: AccessLogRules, limits: DataLimits,
    shouldAbandon: @escaping (_ offset: Int) -> Bool
  ) {
    lines = LineScanner(bytes, rows: rows, maximumBytes: limits.csvFieldBytes, shouldAbandon: shouldAbandon)
    self.rules = rules
    keys = rules.keys
  }

  var position: Int { lines.position }
  var rowStart: Int { lines.rowStart }

  mutating func next(_ fields: RowFields) -> ScannedRow {
    switch lines.next() {
    case .line(let range):
      fields.beginRow()
      fields.clear()
      do throws(RowDefect) {
        return try read(Bytes(rebasing: lines.bytes[range]), fields)
      } catch {
        return .bad(error)
      }
    case .other(let outcome): return outcome
    }
  }

  private func read(_ text: Bytes, _ fields: RowFields) throws(RowDefect) -> ScannedRow {
    let line = try AccessLogLine(text)
    let instant = try instant(line.time)
    guard line.status.first == UInt8(ascii: "2") || isText(line.status, "304") else {
      return .leftOut(.status)
    }
    guard isText(line.method, "GET") else { return .leftOut(.method) }
    if !rules.keepsAssets, isAsset(line.target) { return .leftOut(.asset) }
    let agent = line.agent ?? Bytes(start: nil, count: 0)
    if line.agent != nil {
      let client = agents.client(agent)
      if client.isBot, !rules.keepsBots { return .leftOut(.bot) }
      fields[Column.browser.rawValue] = client.browser
      fields[Column.os.rawValue] = client.os
      fields[Column.device.rawValue] = client.device
    }
    fields[Column.session.rawValue] = visitor(line.address, agent, day: instant / 86_400_000, fields)
    fields[Column.created.rawValue] = line.time
    fields.knownTime = (line.time, instant)
    fields[Column.url.rawValue] = url(line, fields)
    fields[Column.referrer.rawValue] = unescaped(line.referrer, fields)
    fields.identity = text
    return .row
  }

  private func instant(_ time: Bytes) throws(RowDefect) -> Int64 {
    do throws(InstantError) {
      return try InstantReader().instant(time).milliseconds
    } catch {
      throw .notAnInstant(column: EventField.createdAt.rawValue, value: shown(time), reason: error)
    }
  }

  /// The address of the page: with a host if the line names it.
  private func url(_ line: AccessLogLine, _ fields: RowFields) -> Bytes {
    let slash = UInt8(ascii: "/")
    var target = unescaped(line.target, fields)
    // Two slashes would begin a host, which a client could choose.
    while target.count > 1, target[0] == slash, target[1] == slash {
      target = Bytes(rebasing: target.dropFirst())
    }
    guard !line.host.isEmpty, target.first == slash else { return target }
    return fields.keep(capacity: 2 + line.host.count + target.count) { output in
      output[0] = slash
      output[1] = slash
      copy(line.host, to: output + 2)
      copy(target, to: output + 2 + line.host.count)
      return 2 + line.host.count + target.count
    }
  }

  /// The id of a visitor of a day: a UUID of version 8 from a keyed hash of address and agent.
  private func visitor(_ address: Bytes, _ agent: Bytes, day: Int64, _ fields: RowFields) -> Bytes {
    let count = address.count + 1 + agent.count + 8
    let identity = fields.keep(capacity: count) { target in
      copy(address, to: target)
      target[address.count] = 0
      copy(agent, to: target + address.count + 1)
      for index in 0..<8 { target[count - 8 + index] = UInt8(truncatingIfNeeded: day >> Int64(8 * index)) }
      return count
    }
    let high = SipHash.hash(identity, key: keys.first)
    let low = SipHash.hash(identity, key: keys.second)
    return fields.keep(UUIDBits(version: 8, high: high, low: low))
  }
}

/// Decodes the escapes that Apache and nginx write in quoted texts: `\xC3` is a byte, `\"` is a quote and `\\` a
/// backslash. Escapes of control characters stay, and a text that would not be UTF-8 stays as it is.
private func unescaped(_ text: Bytes, _ fields: RowFields) -> Bytes {
  let backslash = UInt8(ascii: "\\")
  guard text.contains(backslash) else { return text }
  let decoded = fields.keep(capacity: text.count) { output in
    var (index, length) = (0, 0)
    func put(_ byte: UInt8, read count: Int) {
      output[length] = byte
      length += 1
      index += count
    }
    while index < text.count {
      if text[index] == backslash, let (byte, count) = escape(text, at: index + 1), byte >= 0x20, byte != 0x7F
      {
        put(byte, read: 1 + count)
      } else {
        put(text[index], read: 1)
      }
    }
    return length
  }
  return isUTF8(decoded) ? decoded : text
}

/// The byte of the escape whose part after the backslash begins at `index`, and how many bytes that part has.
private func escape(_ text: Bytes, at index: Int) -> (byte: UInt8, count: Int)? {
  guard index < text.count else { return nil }
  switch text[index] {
  case UInt8(ascii: "\""), UInt8(ascii: "\\"): return (text[index], 1)
  case UInt8(ascii: "x"):
    guard index + 2 < text.count, let high = hexadecimalValue(text[index + 1]),
      let low = hexadecimalValue(text[index + 2])
    else { return nil }
    return (high << 4 | low, 3)
  default: return nil
  }
}

/// Whether the path of `target` has the name of something that pages contain, or that only programs request.
private func isAsset(_ target: Bytes) -> Bool {
  let end = target.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? target.endIndex
  let path = target[..<end]
  let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
  if isText(Bytes(rebasing: name), "robots.txt") || isText(Bytes(rebasing: name), "ads.txt") { return true }
  guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
  let ending = name[(dot + 1)...]
  guard (2...11).contains(ending.count) else { return false }
  return assetEndings.contains { known in
    known.count == ending.count && zip(known, ending).allSatisfy { $0 == $1 | 0x20 || $0 == $1 }
  }
}

private let assetEndings: [[UInt8]] = [
  "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "woff",
  "woff2", "ttf",
  "otf", "eot", "mp4", "webm", "mp3", "ogg", "wasm", "webmanifest",
].map { Array($0.utf8) }

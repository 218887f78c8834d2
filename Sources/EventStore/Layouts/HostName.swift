import Engine

/// Host names as Umami stores them: in lowercase, in their ASCII form, without a leading `www.`.
enum HostName {
  /// The host as it is stored, in `text` itself or stored in `fields` until the next row.
  static func stored(_ text: Bytes, _ fields: RowFields) -> Bytes {
    var (hasCapitals, isASCII) = (false, true)
    for byte in text {
      if UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte { hasCapitals = true }
      if byte >= 0x80 { isASCII = false }
    }
    if !isASCII { return withoutWWW(fields.keep(ascii(text) ?? String(decoding: text, as: UTF8.self))) }
    return withoutWWW(hasCapitals ? fields.keep(lowercased: text) : text)
  }

  static func withoutWWW(_ host: Bytes) -> Bytes {
    host.count > 4 && isText(Bytes(rebasing: host[..<4]), "www.") ? Bytes(rebasing: host.dropFirst(4)) : host
  }

  /// The ASCII form of a host with other letters (RFC 5891): each such label in lowercase as `xn--` and its Punycode.
  /// Nil if a label is too long for one, because it is no host.
  private static func ascii(_ text: Bytes) -> String? {
    var labels: [String] = []
    for label in String(decoding: text, as: UTF8.self).lowercased().unicodeScalars
      .split(omittingEmptySubsequences: false, whereSeparator: isFullStop)
    {
      if label.allSatisfy(\.isASCII) {
        labels.append(String(label))
      } else {
        guard label.count <= 63 else { return nil }
        labels.append("xn--" + Punycode.encoded(Array(label)))
      }
    }
    return labels.joined(separator: ".")
  }

  /// The full stops that separate labels also in scripts of East Asia (RFC 3490, section 3.1).
  private static func isFullStop(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "." || scalar == "\u{3002}" || scalar == "\u{FF0E}" || scalar == "\u{FF61}"
  }
}

// MARK: - Addresses without a scheme

extension HostName {
  /// Whether a text that an address begins with, up to its first slash, looks like a host and not like the name of a
  /// page: several labels of which the last is no file's ending, an IPv4 address, or `localhost`; with or without a port.
  static func isPlausible(_ text: Bytes) -> Bool {
    var end = text.count
    if let colon = text.lastIndex(of: UInt8(ascii: ":")) {
      let port = text[(colon + 1)...]
      guard 1...5 ~= port.count, port.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return false }
      end = colon
    }
    let host = Bytes(rebasing: text[..<end])
    guard host.count <= 255, host.allSatisfy(isHostByte) else { return false }
    let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let last = labels.last, labels.allSatisfy({ 1...63 ~= $0.count && $0.first != UInt8(ascii: "-") })
    else {
      return false
    }
    if labels.allSatisfy({ $0.count <= 3 && $0.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } }) {
      return labels.count == 4
    }
    if labels.count == 1 { return hasText(host, "localhost") }
    let letters = last.first.map { $0 >= 0x80 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 } ?? false
    return letters && last.count >= 2 && !endings.contains { hasText(Bytes(rebasing: last), $0) }
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x80...: true
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Whether a text is an ASCII word in any case.
  private static func hasText(_ text: Bytes, _ word: StaticString) -> Bool {
    text.count == word.utf8CodeUnitCount
      && (0..<text.count).allSatisfy { lowercased(text[$0]) == word.utf8Start[$0] }
  }

  /// The endings of files that web servers answer with, none of which is a top-level domain in use for sites.
  private static let endings: [StaticString] = [
    "html", "htm", "xhtml", "shtml", "php", "php5", "phtml", "asp", "aspx", "ashx", "jsp", "jspx", "action",
    "cgi",
    "cfm", "xml", "json", "rss", "atom", "txt", "csv", "pdf", "doc", "docx", "xls", "xlsx", "js", "mjs",
    "css", "map",
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "mp3", "mp4", "webm", "woff", "woff2", "gz",
    "exe", "dmg",
    "tpl", "view",
  ]
}

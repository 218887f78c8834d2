import Engine
import System

/// Derives fields from a full `url` and a full `referrer`.
///
/// The fields have the values that Umami's collector stores: the decoded path, followed by the fragment;
/// hosts in their ASCII form without a leading `www.`, also the host that a row has in a column of its own; the
/// first of several query parameters with the same name. A URL without a path has the path `/`.
///
/// A class, because a decoder would copy a structure of this size for every row.
final class AddressSplitter {
  private let url: Int?
  private let referrer: Int?
  private let hostname: Int
  /// The file's column of hosts; nil if it has none.
  private let ownHostname: Int?
  private let derivedHostname, urlPath, urlQuery, referrerDomain, referrerPath, referrerQuery: Int
  private let parameterSlots: [(name: String, slot: Int)]
  /// Columns of the file that get a derived value in rows in which they are empty.
  private let urlGaps, referrerGaps: [(column: Int, derived: Int)]

  /// The fields that are query parameters of the same name.
  private static let parameters: [EventField] = [
    .utmSource, .utmMedium, .utmCampaign, .utmContent, .utmTerm, .gclid, .fbclid, .msclkid, .ttclid, .liFatID,
    .twclid,
  ]

  /// Nil if the layout has no address columns.
  init?(_ layout: EventLayout) {
    guard layout.url != nil || layout.referrer != nil else { return nil }
    url = layout.url
    referrer = layout.referrer
    hostname = layout.slot(.hostname)
    ownHostname = hostname < layout.columnCount ? hostname : nil
    derivedHostname = layout.derivedSlot(.hostname)
    urlPath = layout.derivedSlot(.urlPath)
    urlQuery = layout.derivedSlot(.urlQuery)
    referrerDomain = layout.derivedSlot(.referrerDomain)
    referrerPath = layout.derivedSlot(.referrerPath)
    referrerQuery = layout.derivedSlot(.referrerQuery)
    parameterSlots = Self.parameters.map { ($0.rawValue, layout.derivedSlot($0)) }
    func gaps(_ source: Int?, _ derived: [EventField]) -> [(column: Int, derived: Int)] {
      guard layout.derivesEmptyColumns, source != nil else { return [] }
      return derived.map { (layout.slot($0), layout.derivedSlot($0)) }.filter { $0.0 < layout.columnCount }
    }
    let ofReferrer: [EventField] = [.referrerDomain, .referrerPath, .referrerQuery]
    urlGaps = gaps(layout.url, EventLayout.derivedFields.filter { !ofReferrer.contains($0) })
    referrerGaps = gaps(layout.referrer, ofReferrer)
  }

  func split(_ fields: RowFields) {
    if let ownHostname { fields[ownHostname] = HostName.withoutWWW(fields[ownHostname]) }
    if let url {
      splitURL(fields[url], fields)
      for (column, derived) in urlGaps where fields[column].isEmpty { fields[column] = fields[derived] }
    }
    if let referrer {
      splitReferrer(fields[referrer], fields)
      for (column, derived) in referrerGaps where fields[column].isEmpty { fields[column] = fields[derived] }
    }
  }

  private func splitURL(_ address: Bytes, _ fields: RowFields) {
    let components = AddressComponents(address)
    fields[derivedHostname] = HostName.stored(components.host, fields)
    fields[urlQuery] = components.query
    // Path and fragment are not contiguous in the address if there is a query between them.
    let path = address.isEmpty ? address : rooted(components.path, components.fragment, fields)
    fields[urlPath] = decodeURI(path, keepingIn: fields)
    guard !components.query.isEmpty else { return }
    for (name, value) in formPairs(components.query) {
      guard let slot = parameterSlots.first(where: { $0.name == name })?.slot, fields[slot].isEmpty else {
        continue
      }
      fields[slot] = fields.keep(value)
    }
  }

  private func splitReferrer(_ address: Bytes, _ fields: RowFields) {
    let components = AddressComponents(address)
    // A path without a host belongs to the same site.
    let isOwnPath = components.host.isEmpty && components.path.first == UInt8(ascii: "/")
    let host = isOwnPath ? fields[hostname] : components.host
    fields[referrerDomain] = HostName.stored(host, fields)
    let path = address.isEmpty ? address : rooted(components.path, Bytes(start: nil, count: 0), fields)
    fields[referrerPath] = decodeURI(path, keepingIn: fields)
    fields[referrerQuery] = components.query
  }

  /// The path with a leading slash, which is added if it is missing, and the fragment.
  private func rooted(_ path: Bytes, _ fragment: Bytes, _ fields: RowFields) -> Bytes {
    let slash = UInt8(ascii: "/")
    guard path.first == slash else {
      return fields.keep(fields.keep(Bytes(start: nil, count: 0), path, separator: slash), fragment)
    }
    return fragment.isEmpty ? path : fields.keep(path, fragment)
  }
}

/// The components of an address as slices of it (RFC 3986, section 3). Its scheme may be missing before what looks like a
/// host.
struct AddressComponents {
  /// Without scheme, user and port; empty if the address has none.
  let host: Bytes
  let path: Bytes
  /// Without the `?`.
  let query: Bytes
  /// With the `#`.
  let fragment: Bytes

  init(_ address: Bytes) {
    let fragmentStart = address.firstIndex(of: UInt8(ascii: "#")) ?? address.endIndex
    fragment = Bytes(rebasing: address[fragmentStart...])
    let queryMark = address[..<fragmentStart].firstIndex(of: UInt8(ascii: "?")) ?? fragmentStart
    query = Bytes(rebasing: address[queryMark..<fragmentStart].dropFirst())
    let hierarchy = address[..<queryMark]
    guard let authorityStart = Self.authorityStart(hierarchy) ?? Self.hostStart(hierarchy) else {
      host = Bytes(start: nil, count: 0)
      path = Bytes(rebasing: hierarchy)
      return
    }
    let pathStart = hierarchy[authorityStart...].firstIndex(of: UInt8(ascii: "/")) ?? hierarchy.endIndex
    host = Self.host(Bytes(rebasing: hierarchy[authorityStart..<pathStart]))
    path = Bytes(rebasing: hierarchy[pathStart...])
  }

  /// Where the authority begins: after `scheme://` or a leading `//`.
  private static func authorityStart(_ hierarchy: Slice<Bytes>) -> Int? {
    let slash = UInt8(ascii: "/")
    var index = hierarchy.startIndex
    while index < hierarchy.endIndex, isSchemeCharacter(hierarchy[index]) { index += 1 }
    if index > hierarchy.startIndex {
      guard index < hierarchy.endIndex, hierarchy[index] == UInt8(ascii: ":") else { return nil }
      index += 1
    }
    guard hierarchy[index...].starts(with: [slash, slash]) else { return nil }
    return index + 2
  }

  /// The start if the address begins with a host, because its scheme was left out as in `shop.example/cart`.
  private static func hostStart(_ hierarchy: Slice<Bytes>) -> Int? {
    let end = hierarchy.firstIndex(of: UInt8(ascii: "/")) ?? hierarchy.endIndex
    return HostName.isPlausible(Bytes(rebasing: hierarchy[..<end])) ? hierarchy.startIndex : nil
  }

  private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// The host of an authority `user@host:port`; an IPv6 address keeps its brackets.
  private static func host(_ authority: Bytes) -> Bytes {
    let start = authority.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? 0
    var end = authority.count
    if let colon = authority.lastIndex(of: UInt8(ascii: ":")), colon >= start,
      !authority[colon...].contains(UInt8(ascii: "]"))
    {
      end = colon
    }
    return Bytes(rebasing: authority[start..<end])
  }
}

/// Decodes percent escapes as ECMAScript's `decodeURI` does, because Umami stores paths that way: escapes of
/// reserved characters stay, and a text with an invalid escape stays unchanged.
///
/// The result is `text` itself, or is stored in `fields` until the next row.
func decodeURI(_ text: Bytes, keepingIn fields: RowFields) -> Bytes {
  let percent = UInt8(ascii: "%")
  guard text.contains(percent) else { return text }
  var isWellFormed = true
  let decoded = fields.keep(capacity: text.count) { target in
    var length = 0
    var index = 0
    while index < text.count {
      var byte = text[index]
      if byte == percent {
        guard let escaped = escapedByte(text, at: index) else {
          isWellFormed = false
          return 0
        }
        if !staysEscaped(escaped) {
          byte = escaped
          index += 2
        }
      }
      target[length] = byte
      length += 1
      index += 1
    }
    return length
  }
  return isWellFormed && isUTF8(decoded) ? decoded : text
}

/// The byte that `%XX` at `index` encodes; nil if the escape is invalid.
private func escapedByte(_ text: Bytes, at index: Int) -> UInt8? {
  guard index + 2 < text.count, let high = hexadecimalValue(text[index + 1]),
    let low = hexadecimalValue(text[index + 2])
  else { return nil }
  return high << 4 | low
}

/// The reserved characters of ECMAScript's `decodeURI`, and NUL, which text columns do not accept.
private func staysEscaped(_ byte: UInt8) -> Bool {
  byte == 0 || ";/?:@&=+$,#".utf8.contains(byte)
}

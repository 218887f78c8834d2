import Engine

/// Fills the fields that a full `url` and a full `referrer` stand for.
///
/// What goes where is what Umami's collector stores of an address: the path decoded, with the fragment
/// behind it; hosts without a leading `www.`; the first of several equal query parameters. A URL without a
/// path has the path `/`.
struct AddressSplitter {
  private let url: Int?
  private let referrer: Int?
  private let hostname: Int
  private let layout: EventLayout
  private let parameterSlots: [(name: String, slot: Int)]

  /// The fields that are parameters of the query, under the same names.
  private static let parameters: [EventField] = [
    .utmSource, .utmMedium, .utmCampaign, .utmContent, .utmTerm, .gclid, .fbclid, .msclkid, .ttclid, .liFatID,
    .twclid,
  ]

  /// Nil where the layout has no addresses to split.
  init?(_ layout: EventLayout) {
    guard layout.url != nil || layout.referrer != nil else { return nil }
    self.layout = layout
    url = layout.url
    referrer = layout.referrer
    hostname = layout.slot(.hostname)
    parameterSlots = Self.parameters.map { ($0.rawValue, layout.derivedSlot($0)) }
  }

  func split(_ fields: CSVFields) {
    if let url { splitURL(fields[url], fields) }
    if let referrer { splitReferrer(fields[referrer], fields) }
  }

  private func splitURL(_ address: Bytes, _ fields: CSVFields) {
    for (_, slot) in parameterSlots { fields[slot] = Bytes(start: nil, count: 0) }
    let parts = AddressParts(address)
    fields[layout.derivedSlot(.hostname)] = domain(parts.host, fields)
    fields[layout.derivedSlot(.urlQuery)] = parts.query
    // Path and fragment do not touch in the address when a query stands between them.
    let path = address.isEmpty ? address : joined(rooted(parts.path, fields), parts.fragment, fields)
    fields[layout.derivedSlot(.urlPath)] = decodeURI(path, keepingIn: fields)
    guard !parts.query.isEmpty else { return }
    for (name, value) in formPairs(parts.query) {
      guard let slot = parameterSlots.first(where: { $0.name == name })?.slot, fields[slot].isEmpty else {
        continue
      }
      fields[slot] = fields.keep(value)
    }
  }

  private func splitReferrer(_ address: Bytes, _ fields: CSVFields) {
    let parts = AddressParts(address)
    // A path alone is one of the same site.
    let isOwnPath = parts.host.isEmpty && parts.path.first == UInt8(ascii: "/")
    let host = isOwnPath ? fields[hostname] : parts.host
    fields[layout.derivedSlot(.referrerDomain)] = domain(host, fields)
    let path = address.isEmpty ? address : rooted(parts.path, fields)
    fields[layout.derivedSlot(.referrerPath)] = decodeURI(path, keepingIn: fields)
    fields[layout.derivedSlot(.referrerQuery)] = parts.query
  }

  /// A host in small letters without a leading `www.`.
  private func domain(_ host: Bytes, _ fields: CSVFields) -> Bytes {
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    var host = host
    if host.contains(where: capitals.contains) {
      host = fields.keep(capacity: host.count) { target in
        for (index, byte) in host.enumerated() {
          target[index] = capitals.contains(byte) ? byte | 0x20 : byte
        }
        return host.count
      }
    }
    return host.starts(with: "www.".utf8) ? Bytes(rebasing: host.dropFirst(4)) : host
  }

  /// A path that begins with a slash.
  private func rooted(_ path: Bytes, _ fields: CSVFields) -> Bytes {
    if path.first == UInt8(ascii: "/") { return path }
    return fields.keep(capacity: path.count + 1) { target in
      target[0] = UInt8(ascii: "/")
      for (index, byte) in path.enumerated() { target[index + 1] = byte }
      return path.count + 1
    }
  }

  private func joined(_ first: Bytes, _ second: Bytes, _ fields: CSVFields) -> Bytes {
    if second.isEmpty { return first }
    return fields.keep(capacity: first.count + second.count) { target in
      for (index, byte) in first.enumerated() { target[index] = byte }
      for (index, byte) in second.enumerated() { target[first.count + index] = byte }
      return first.count + second.count
    }
  }
}

import Engine

/// The parts of an address as slices of it (RFC 3986, section 3).
struct AddressParts {
  /// Without user, port and scheme; empty where the address has none.
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
    guard let authorityStart = Self.authorityStart(hierarchy) else {
      host = Bytes(start: nil, count: 0)
      path = Bytes(rebasing: hierarchy)
      return
    }
    let pathStart = hierarchy[authorityStart...].firstIndex(of: UInt8(ascii: "/")) ?? hierarchy.endIndex
    host = Self.host(Bytes(rebasing: hierarchy[authorityStart..<pathStart]))
    path = Bytes(rebasing: hierarchy[pathStart...])
  }

  /// Where the authority begins: behind `scheme://` or a leading `//`.
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

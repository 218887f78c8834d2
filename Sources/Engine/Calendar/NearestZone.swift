/// The zone that was probably meant by a name that none has, if one comes near: the same name in other
/// letters, the same city, or a name with one or two mistakes.
func nearestZone(to name: String, of zones: [String]) -> String? {
  guard name.utf8.count <= TimeZoneDatabase.maximumNameLength else { return nil }
  let wanted = folded(name)
  // The order of a directory is the file system's; the answer must not depend on it.
  let candidates = zones.sorted().map { (name: $0, folded: folded($0)) }
  if let same = candidates.first(where: { $0.folded == wanted }) { return same.name }
  if let city = candidates.first(where: { lastPart($0.folded) == lastPart(wanted) }) { return city.name }

  // Two mistakes in a short name make any other of it: PST is not meant to be EST.
  guard wanted.count > 4 else { return nil }
  let distances = candidates.map { (name: $0.name, distance: editDistance($0.folded, wanted)) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }), nearest.distance <= 2 else {
    return nil
  }
  return nearest.name
}

/// The name in small letters, with `_` for spaces.
private func folded(_ name: String) -> [UInt8] {
  name.utf8.map { byte in
    switch byte {
    case UInt8(ascii: " "): UInt8(ascii: "_")
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    default: byte
    }
  }
}

private func lastPart(_ name: [UInt8]) -> ArraySlice<UInt8> {
  name[((name.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
}

/// The least number of bytes to insert, remove or replace that makes one name the other (Levenshtein).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  // `row[j]`: the distance of what was read of `a` to the first `j` bytes of `b`.
  var row = Array(0...b.count)
  for (i, byte) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (b[j] == byte ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}

/// The name that a misspelt one is most likely to mean: the fewest edits away, and not too many.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  let wanted = beginning(of: name)
  let mostEdits = max(2, wanted.count / 2)
  var best: (name: String, edits: Int)?
  for candidate in names {
    let other = beginning(of: candidate)
    // Each byte more or less is an edit.
    if abs(other.count - wanted.count) > mostEdits { continue }
    let edits = editDistance(other, wanted)
    if edits > mostEdits { continue }
    if let best, (best.edits, best.name) <= (edits, candidate) { continue }
    best = (candidate, edits)
  }
  return best?.name
}

/// As much of a name as is compared, in lower case.
private func beginning(of name: String) -> [UInt8] {
  let longest = 100
  return Array(String(decoding: name.utf8.prefix(longest), as: UTF8.self).lowercased().utf8.prefix(longest))
}

/// The fewest insertions, deletions and replacements of bytes that make one text the other.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, byte) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (byte == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}

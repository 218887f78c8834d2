/// The name that a misspelt one is most likely to mean: the fewest edits away, and not too many.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  let candidates = names.map { (name: $0, edits: editDistance($0, name)) }
  let best = candidates.min { ($0.edits, $0.name) < ($1.edits, $1.name) }
  return best.flatMap { $0.edits <= max(2, name.utf8.count / 2) ? $0.name : nil }
}

/// As much of a name as is compared, in lower case.
private func beginning(of name: String) -> [UInt8] {
  let longest = 100
  return Array(String(decoding: name.utf8.prefix(longest), as: UTF8.self).lowercased().utf8.prefix(longest))
}

/// The fewest insertions, deletions and replacements of bytes that make one text the other, in any case.
private func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (beginning(of: a), beginning(of: b))
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

/// The name that a misspelt one is most likely to mean: the fewest edits away, and not too many.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  let candidates = names.map { (name: $0, edits: editDistance($0, name)) }
  let best = candidates.min { ($0.edits, $0.name) < ($1.edits, $1.name) }
  return best.flatMap { $0.edits <= max(2, name.utf8.count / 2) ? $0.name : nil }
}

/// The fewest insertions, deletions and replacements of bytes that make one text the other, in any case.
private func editDistance(_ a: String, _ b: String) -> Int {
  let longest = 100
  let (a, b) = (Array(a.lowercased().utf8.prefix(longest)), Array(b.lowercased().utf8.prefix(longest)))
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

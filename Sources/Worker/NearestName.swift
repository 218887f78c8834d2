import System

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

/// The candidate with the smallest edit distance to a misspelt name; nil if none is close.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  let wanted = comparedPrefix(of: name)
  let mostEdits = max(2, wanted.count / 2)
  var best: (name: String, edits: Int)?
  for candidate in names {
    let other = comparedPrefix(of: candidate)
    // The difference in length is a lower bound of the distance.
    if abs(other.count - wanted.count) > mostEdits { continue }
    let edits = editDistance(other, wanted)
    if edits > mostEdits { continue }
    if let best, (best.edits, best.name) <= (edits, candidate) { continue }
    best = (candidate, edits)
  }
  return best?.name
}

/// The candidate to suggest to somebody who wrote another name: the same in another case or after a slash, else the nearest.
public func suggestedName(for name: String, among names: some Sequence<String>) -> String? {
  let wanted = name.lowercased()
  let same = names.first { candidate in
    candidate == "/\(name)" || candidate.lowercased() == wanted || candidate.lowercased() == "/\(wanted)"
  }
  // Two edits make any code of a country another one.
  let shortest = 4
  return same ?? (name.utf8.count < shortest ? nil : nearestName(to: name, among: names))
}

/// The end of an error about a misspelt name: `; did you mean "country"?`; empty if no candidate is close.
public func nearestNameHint(for name: String, among names: some Sequence<String>) -> String {
  nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
}

/// The prefix of a name that is compared, in lower case and without the hyphens of an option.
private func comparedPrefix(of name: String) -> [UInt8] {
  let longest = 100
  let name = name.utf8.drop { $0 == UInt8(ascii: "-") }
  return Array(String(decoding: name.prefix(longest), as: UTF8.self).lowercased().utf8.prefix(longest))
}

public import JSON

/// Where two values first differ, as a JSON pointer and what is there; nil where they are the same.
///
/// Members may come in any order, elements may not. Numbers are the same to one part in 10⁹, which is how
/// the golden answers, that SQL engines computed in binary fractions, are to be compared.
public func difference(_ want: JSONValue, _ got: JSONValue, at place: String = "") -> String? {
  switch (want, got) {
  case (.array(let want), .array(let got)):
    for (index, (want, got)) in zip(want, got).enumerated() {
      if let found = difference(want, got, at: "\(place)/\(index)") { return found }
    }
    return want.count == got.count ? nil : "\(place): want \(want.count) elements, got \(got.count)"
  case (.object(let want), .object(let got)):
    for (name, value) in want.members {
      guard let other = got[name] else { return "\(place): \(name) is missing" }
      if let found = difference(value, other, at: "\(place)/\(name)") { return found }
    }
    let extra = got.members.first { want[$0.name] == nil }
    return extra.map { "\(place): \($0.name) is not wanted" }
  default:
    if let (a, b) = numbers(want, got) {
      return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1) ? nil : "\(place): want \(a), got \(b)"
    }
    return want == got ? nil : "\(place): want \(want), got \(got)"
  }
}

private func numbers(_ a: JSONValue, _ b: JSONValue) -> (Double, Double)? {
  if let a = a.double, let b = b.double { (a, b) } else { nil }
}

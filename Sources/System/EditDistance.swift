/// Returns the minimum number of byte insertions, deletions and replacements that turn one text into the
/// other (Levenshtein).
public func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  // `row[j]`: the distance between the bytes of `a` seen so far and the first `j` bytes of `b`.
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

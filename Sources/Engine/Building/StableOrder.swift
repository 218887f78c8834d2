/// The places of `keys` in ascending order of the keys, equal ones in their own order.
///
/// A radix sort: time grows with the number of keys alone. Keys that are in order already cost one look. Of few keys,
/// counting their digits would take longer than to compare them.
func stableOrder(of keys: [UInt64]) -> [UInt32] {
  precondition(keys.count < Int(UInt32.max))
  var order = (0..<UInt32(keys.count)).map(\.self)
  guard !isAscending(keys) else { return order }
  if keys.count < fewestKeysCounted {
    order.sort { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
    return order
  }
  let different = keys.reduce(0) { $0 | ($1 ^ keys[0]) }
  var shift: UInt64 = 0
  while shift < 64, different >> shift != 0 {
    if different >> shift & digitMask != 0 { order = order.dealt(by: keys, shift: shift) }
    shift += digitBits
  }
  return order
}

private let digitBits: UInt64 = 11
private let digitMask: UInt64 = (1 << digitBits) - 1
private let fewestKeysCounted = 256

private func isAscending(_ keys: [UInt64]) -> Bool {
  let keys = keys.span
  for index in 0..<max(keys.count - 1, 0) where keys[index] > keys[index + 1] { return false }
  return true
}

extension [UInt32] {
  /// The same places in ascending order of one digit of their keys.
  fileprivate func dealt(by keys: [UInt64], shift: UInt64) -> [UInt32] {
    var next = [Int](repeating: 0, count: 1 << digitBits)
    for key in keys { next[Int(key >> shift & digitMask)] += 1 }
    var start = 0
    for digit in next.indices { (next[digit], start) = (start, start + next[digit]) }
    return [UInt32](unsafeUninitializedCapacity: count) { output, initialized in
      for place in self {
        let digit = Int(keys[Int(place)] >> shift & digitMask)
        output[next[digit]] = place
        next[digit] += 1
      }
      initialized = count
    }
  }
}

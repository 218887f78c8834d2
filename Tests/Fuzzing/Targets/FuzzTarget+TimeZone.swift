@testable import Calendar

extension FuzzTarget {
  /// A time zone file: what is read of it has transitions that ascend, units of time that hold the instants
  /// they are asked for, and local times that lead back to where they came from.
  static let timeZone = FuzzTarget(name: "tzif") { checkTimeZone }
}

private func checkTimeZone(_ input: [UInt8]) throws(Violation) {
  guard let rules = try? TimeZoneRules(tzif: input) else { return }
  for (earlier, later) in zip(rules.transitions, rules.transitions.dropFirst()) {
    try require(earlier < later, "a transition at \(later) follows one at \(earlier)")
  }
  for offset in rules.offsets {
    try require(TZifFile.offsetRange ~= Int64(offset), "an offset of \(offset) seconds")
  }
  // Many zones have a transition a year for centuries: a few from each part of the table do.
  let step = max(rules.transitions.count / 16, 1)
  let around = stride(from: 0, to: rules.transitions.count, by: step).map { rules.transitions[$0] }
  let usual: [Int64] = [-1, 0, 1_747_519_200, 1 << 40]
  for seconds in [around.map { $0 - 1 }, around, around.map { $0 + 1 }, usual].joined() {
    guard TZifFile.instants ~= seconds else { continue }
    try checkLocalTime(rules, seconds)
  }
  for milliseconds in (around + usual).map(\.secondsAsMilliseconds) + [.min, .max] {
    try checkUnits(rules, milliseconds)
  }
}

/// An instant to local time and back: no later than the instant, and the first that reads the time or a later
/// one.
private func checkLocalTime(_ rules: TimeZoneRules, _ seconds: Int64) throws(Violation) {
  func local(_ seconds: Int64) -> Int64 { seconds + Int64(rules.offsetSeconds(atUTCSeconds: seconds)) }
  let span = rules.span(at: seconds)
  try require(span.start <= seconds && seconds < span.end, "\(seconds) lies in \(span)")
  let reading = local(seconds)
  let first = rules.firstInstant(reading: reading)
  try require(first <= seconds, "\(seconds) reads \(reading), which is first read at \(first)")
  try require(local(first) >= reading, "\(first) reads \(local(first)), not yet \(reading)")
  try require(local(first - 1) < reading, "\(first - 1) reads \(local(first - 1)), already \(reading)")
}

private func checkUnits(_ rules: TimeZoneRules, _ milliseconds: Int64) throws(Violation) {
  for unit in CalendarUnit.allCases {
    let (start, end) = rules.bounds(of: unit, containing: milliseconds)
    try require(
      start <= milliseconds && (milliseconds < end || end == .max),
      "the \(unit) of \(milliseconds) is from \(start) to \(end)")
  }
}

/// The durations of repeated runs of one operation.
struct Samples: Equatable {
  /// Ascending; there is at least one.
  private let sorted: [Duration]

  init(_ durations: [Duration]) {
    precondition(!durations.isEmpty)
    sorted = durations.sorted()
  }

  var count: Int { sorted.count }
  var minimum: Duration { sorted[0] }
  var maximum: Duration { sorted[count - 1] }
  /// For an even number of samples, the mean of the two in the middle.
  var median: Duration { (sorted[(count - 1) / 2] + sorted[count / 2]) / 2 }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
  var milliseconds: Double { seconds * 1000 }
}

/// What to measure.
struct RunOptions {
  /// The path of the built worker.
  var footfall: String
  /// The paths that it serves.
  var store: [String]
  /// How often each thing is timed.
  var runs = 5
  /// How many small requests are sent at once; fewer where they would take too long.
  var requests = 20_000
  var isJSON = false
}

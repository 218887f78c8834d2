/// The names of custom events.
struct EventNames {
  /// `event_name`, by number.
  let names: [Fields]
  /// `event_type` and `event_name`, by number.
  let typesAndNames: [Fields]
  let pageview = Fields(number: 1, "")
  let purchase: Int
  private let table: AliasTable

  init() {
    let names: KeyValuePairs<String, Double> = [
      "purchase": 6, "signup": 8, "add-to-cart": 20, "outbound-link-click": 30, "download": 10,
      "newsletter": 5, "video-play": 15, "search": 6,
    ]
    purchase = 0
    self.names = names.map { Fields($0.key) }
    typesAndNames = names.map { Fields(number: 2, $0.key) }
    table = AliasTable(weights: names.map(\.value))
  }

  /// Draws the number of a name.
  func draw(_ random: inout RandomSource) -> Int { table.draw(&random) }
}

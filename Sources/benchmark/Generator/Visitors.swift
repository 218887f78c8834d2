/// The fields that are constant for a session: location, browser, device and language.
struct Visitors {
  private let columns: [Choices] = [
    Choices(["example.com": 80, "www.example.com": 20]),
    Choices([
      "chrome": 50, "safari": 20, "firefox": 8, "edge-chromium": 7, "ios": 6, "samsung": 4, "opera": 3,
      "crios": 2,
    ]),
    Choices(["Windows 10": 35, "Mac OS": 20, "iOS": 20, "Android OS": 18, "Linux": 5, "Chrome OS": 2]),
    Choices(["desktop": 45, "mobile": 40, "laptop": 10, "tablet": 5]),
    Choices(["1920x1080", "390x844", "1440x900", "2560x1440", "1366x768", "412x915"].map { Fields($0) }),
    Choices([
      "en-US": 45, "de-DE": 12, "en-GB": 10, "fr-FR": 9, "pt-BR": 8, "ja-JP": 6, "es-ES": 6, "it-IT": 4,
    ]),
    Self.places,
    Choices(((1...400).map { "City \($0)" } + [""]).map { Fields($0) }),
  ]

  /// Appends the fields from `hostname` to `city`.
  func append(to text: inout [UInt8], _ random: inout RandomSource) {
    for (index, column) in columns.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      text += column.draw(&random).bytes
    }
  }

  /// Countries with their regions, by Zipf's law; some visitors have neither.
  private static let places: Choices = {
    let countries = [
      "US", "DE", "GB", "FR", "IN", "BR", "JP", "CA", "NL", "ES", "IT", "AU", "PL", "SE", "CH", "MX", "KR",
      "TR", "ZA", "",
    ]
    var (fields, weights): ([Fields], [Double]) = ([], [])
    for (rank, country) in countries.enumerated() {
      let regions = country.isEmpty ? [""] : ["A", "B", "C"].map { "\(country)-\($0)" }
      fields += regions.map { Fields(country, $0) }
      weights += regions.map { _ in zipf(rank: rank + 1, exponent: 0.9) / Double(regions.count) }
    }
    return Choices(fields, weights: weights)
  }()
}

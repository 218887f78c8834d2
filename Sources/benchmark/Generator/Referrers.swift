/// The referrers of events, as the fields from `referrer_path` to `referrer_domain`.
struct Referrers {
  /// The referrers of a visit's first event; the most frequent one is none.
  let landing: Choices
  /// A page of the website itself.
  let own = Fields("/", "", "example.com")
  let none = Fields("", "", "")

  init() {
    let others: KeyValuePairs<String, Double> = [
      "": 35, "google.com": 30, "bing.com": 4, "t.co": 6, "news.ycombinator.com": 5, "github.com": 6,
      "duckduckgo.com": 4, "facebook.com": 5, "reddit.com": 5,
    ]
    landing = Choices(others.map { Fields("", "", $0.key) } + [own], weights: others.map(\.value) + [0.001])
  }
}

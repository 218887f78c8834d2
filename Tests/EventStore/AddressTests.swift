import Engine
import Testing

@testable import EventStore

struct AddressTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The parts of `url` and `referrer` that are not empty.
  private func check(
    url: String = "", referrer: String = "", _ expected: [String: String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = try folder.write(
      "rows.csv", "session_id,created_at,url,referrer\ns,1500000000,\"\(url)\",\"\(referrer)\"\n")
    #expect(try SeenRows(csv: [path]).events[0].texts == expected, sourceLocation: sourceLocation)
  }

  @Test func `a url is split into host, path and query`() throws {
    try check(
      url: "https://a.example/x/y?b=1&c=2",
      ["hostname": "a.example", "url_path": "/x/y", "url_query": "b=1&c=2"])
    try check(url: "https://a.example", ["hostname": "a.example", "url_path": "/"])
    try check(
      url: "https://a.example?b", ["hostname": "a.example", "url_path": "/", "url_query": "b"])
    try check(url: "//a.example/x", ["hostname": "a.example", "url_path": "/x"])
    try check(
      url: "HTTPS://me:pw@WWW.A.Example:8080/x", ["hostname": "a.example", "url_path": "/x"])
    try check(url: "http://[::1]:80/", ["hostname": "[::1]", "url_path": "/"])
    try check(url: "http://[::1]/", ["hostname": "[::1]", "url_path": "/"])
    try check(url: "wwwx.example", ["url_path": "/wwwx.example"])
    try check(url: "http://wwwx.example", ["hostname": "wwwx.example", "url_path": "/"])
    try check(url: "/x?y=/z", ["url_path": "/x", "url_query": "y=/z"])
    try check(url: "?y", ["url_path": "/", "url_query": "y"])
    try check(url: "", [:])
  }

  @Test func `the path is decoded and keeps its fragment`() throws {
    try check(url: "/a%20b/%C3%BC", ["url_path": "/a b/ü"])
    try check(url: "/a%2Fb%3F%00", ["url_path": "/a%2Fb%3F%00"])
    try check(url: "/a%20b%", ["url_path": "/a%20b%"])
    try check(url: "/%20%C3", ["url_path": "/%20%C3"])
    try check(url: "/x?q=1#part", ["url_path": "/x#part", "url_query": "q=1"])
    try check(url: "#part", ["url_path": "/#part"])
  }

  @Test func `campaigns and click ids come from the query`() throws {
    try check(
      url: "/?utm_source=a+b&utm_medium=%C3%BC&utm_source=second&utm_term=&x=1&utm%5Fcontent=c%26d",
      [
        "url_path": "/", "utm_source": "a b", "utm_medium": "ü", "utm_content": "c&d",
        "url_query": "utm_source=a+b&utm_medium=%C3%BC&utm_source=second&utm_term=&x=1&utm%5Fcontent=c%26d",
      ])
    let path = try folder.write(
      "clicks.csv",
      "session_id,created_at,url\na,1500000000,/?twclid=1&gclid=2\nb,1500000000,/?li_fat_id=3\nc,1500000000,/\n"
    )
    #expect(try SeenRows(csv: [path]).events.map(\.paidAd) == [.google, .linkedIn, .none])
  }

  @Test func `columns of their own win over parts of the url`() throws {
    let path = try folder.write(
      "own.csv",
      "session_id,created_at,url,hostname,utm_source\ns,1500000000,https://a.example/?utm_source=x,,own\n")
    #expect(
      try SeenRows(csv: [path]).events[0].texts
        == ["url_path": "/", "url_query": "utm_source=x", "utm_source": "own"])
  }

  @Test func `a referrer loses its www`() throws {
    try check(referrer: "https://www.b.example/x?y", ["referrer_domain": "b.example"])
    try check(referrer: "android-app://com.b.app/", ["referrer_domain": "com.b.app"])
    try check(referrer: "(direct)", [:])
    try check(
      url: "https://www.a.example/", referrer: "/before",
      ["hostname": "a.example", "url_path": "/", "referrer_domain": "a.example"])
  }
}

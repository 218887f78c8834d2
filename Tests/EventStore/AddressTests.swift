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
    try check(url: "wwwx.example", ["hostname": "wwwx.example", "url_path": "/"])
    try check(url: "http://wwwx.example", ["hostname": "wwwx.example", "url_path": "/"])
    try check(url: "/x?y=/z", ["url_path": "/x", "url_query": "y=/z"])
    try check(url: "?y", ["url_path": "/", "url_query": "y"])
    try check(url: "", [:])
  }

  @Test func `an address may begin with a host without a scheme`() throws {
    func check(
      _ address: String, _ host: String?, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var expected = ["url_path": path]
      expected["hostname"] = host
      try self.check(url: address, expected, sourceLocation: sourceLocation)
      guard let host else { return }
      try self.check(referrer: address, ["referrer_domain": host], sourceLocation: sourceLocation)
    }
    try check("shop.example/cart", "shop.example", "/cart")
    try check("google.com", "google.com", "/")
    try check("WWW.Google.com:443/x/y.html", "google.com", "/x/y.html")
    try check("localhost:3000/x", "localhost", "/x")
    try check("192.168.0.1/x", "192.168.0.1", "/x")
    try check("shop.xn--p1ai", "shop.xn--p1ai", "/")
    try check("пример.рф/x", "xn--e1afmkfd.xn--p1ai", "/x")
    try check("cart", nil, "/cart")
    try check("about/index.html", nil, "/about/index.html")
    try check("index.html", nil, "/index.html")
    try check("Index.PHP/x", nil, "/Index.PHP/x")
    try check("a.b/c", nil, "/a.b/c")
    try check("1.2.3", nil, "/1.2.3")
    try check("v1.2/x", nil, "/v1.2/x")
    try check("..example/x", nil, "/..example/x")
    try check("-a.example", nil, "/-a.example")
    try check("a_b.example", nil, "/a_b.example")
    try check("shop.example:x/y", nil, "/shop.example:x/y")
    try check("mailto:me@shop.example", nil, "/mailto:me@shop.example")
    try check("me@shop.example", nil, "/me@shop.example")
    try check("/shop.example", nil, "/shop.example")
    let long = String(repeating: "a", count: 64)
    try check("\(long).example", nil, "/\(long).example")
    try check("\(long.dropLast()).example", "\(long.dropLast()).example", "/")
  }

  @Test func `hosts have their ASCII form`() throws {
    func check(_ host: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      try self.check(
        url: "https://\(host)/", ["hostname": expected, "url_path": "/"], sourceLocation: sourceLocation)
    }
    try check("München.example", "xn--mnchen-3ya.example")
    try check("www.bücher.example:80", "xn--bcher-kva.example")
    try check("faß.de", "xn--fa-hia.de")
    try check("例え。テスト", "xn--r8jz45g.xn--zckzah")
    try check("😀.example", "xn--e28h.example")
    let label = String(repeating: "ü", count: 64)
    try check("\(label).example", "\(label).example")
  }

  /// Examples (A), (E), (G), (L) and (S) of RFC 3492, section 7.1.
  @Test(arguments: [
    ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
    ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
    ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
    ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
    ("-> $1.00 <-", "-> $1.00 <--"),
  ])
  func `labels are encoded as RFC 3492 says`(label: String, expected: String) {
    #expect(Punycode.encoded(Array(label.unicodeScalars)) == expected)
  }

  @Test func `a host of its own column loses its www as the referrer's does`() throws {
    let path = try folder.write(
      "hosts.csv",
      "session_id,created_at,hostname,referrer\ns,1500000000,www.a.example,https://www.a.example/x\n")
    #expect(
      try SeenRows(csv: [path]).events[0].texts == ["hostname": "a.example", "referrer_domain": "a.example"])
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

import JSON
import Testing

/// JSON Pointer (RFC 6901).
struct PointerTests {
  private static let value: JSONValue = [
    "foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 2, "~1": 3, "é": 4, "deep": [["x": [[5]]]],
  ]

  private func check(
    _ text: String, _ expected: JSONValue?, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let pointer = try #require(JSONPointer(text), sourceLocation: sourceLocation)
    #expect(Self.value[pointer] == expected, sourceLocation: sourceLocation)
    #expect(pointer.description == text, sourceLocation: sourceLocation)
  }

  @Test func `a pointer leads to a value`() throws {
    try check("", Self.value)
    try check("/foo", ["bar", "baz"])
    try check("/foo/0", "bar")
    try check("/foo/1", "baz")
    try check("/", 0)
    try check("/a~1b", 1)
    try check("/m~0n", 2)
    try check("/~01", 3)
    try check("/é", 4)
    try check("/deep/0/x/0/0", 5)
  }

  @Test func `a pointer leads nowhere`() throws {
    for text in [
      "/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/-1", "/foo/+1", "/foo/", "/foo/0/0", "/foo/x",
      "/foo/99999999999999999999", "//", "/foo/1a",
    ] {
      try check(text, nil)
    }
  }

  @Test(arguments: ["foo", "#/foo", "/~", "/~2", "/a~", "/a/~x/b"])
  func `what is not a pointer is refused`(text: String) {
    #expect(JSONPointer(text) == nil)
  }

  @Test func `tokens are escaped`() {
    #expect(JSONPointer.escape("plain") == "plain")
    #expect(JSONPointer.escape("a/b~c~1") == "a~1b~0c~01")
    #expect(JSONPointer(tokens: ["", "a/b"]).description == "//a~1b")
  }
}

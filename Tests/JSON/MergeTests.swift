import JSON
import Testing

/// Objects whose members replace those of others.
struct MergeTests {
  private func check(_ a: JSONValue, _ b: JSONValue, _ merged: String) {
    var object = a.object ?? JSONObject()
    object.merge(b.object ?? JSONObject())
    #expect(JSONValue.object(object).description == merged)
  }

  @Test func `members keep their places, and new ones are appended`() {
    check([:], [:], "{}")
    check(["a": 1, "b": 2], ["b": 3, "c": 4], #"{"a":1,"b":3,"c":4}"#)
    // Names are scalars: these two look alike.
    check(["\u{E9}": 1], ["e\u{301}": 2], "{\"\u{E9}\":1,\"e\u{301}\":2}")
  }

  @Test(arguments: [0, 1, 15, 16, 17, 64]) func `many members are merged as few are`(count: Int) {
    let names = (0..<count).map { "n\($0)" }
    for other in [0, 1, 16, 17, 40] {
      var merged = JSONObject(members: names.map { (name: $0, value: 0) })
      var walked = merged
      let replacements = (0..<other).map { (name: "n\($0 * 3)", value: JSONValue.integer(Int64($0))) }
      merged.merge(JSONObject(members: replacements))
      for (name, value) in replacements { walked[name] = value }
      #expect(JSONValue.object(merged).description == JSONValue.object(walked).description)
    }
  }
}

import JSON
import Testing

@testable import JSONSchema

/// The limits of the list of errors, tested on both sides.
@Suite struct ErrorLimitTests {
  private func errors(_ schema: JSONValue, _ value: JSONValue) throws -> [ValidationError] {
    var compiler = SchemaCompiler()
    try compiler.add(schema, uri: "test.json")
    return try compiler.schema("test.json").validate(value)
  }

  @Test func `the number of errors has a limit`() throws {
    for count in [ErrorCollector.mostErrors - 1, ErrorCollector.mostErrors, ErrorCollector.mostErrors + 1] {
      let value = JSONValue.array(Array(repeating: 1, count: count))
      #expect(try errors(["items": false], value).count == min(count, ErrorCollector.mostErrors))
    }
  }

  @Test func `the size of the errors, which repeat the known members, has a limit`() throws {
    let name = String(repeating: "x", count: 1 << 20)
    let schema: JSONValue = [
      "properties": .object(JSONObject(members: [(name: name, value: true)])), "additionalProperties": false,
    ]
    func errors(_ count: Int) throws -> [ValidationError] {
      let members = (0..<count).map { (name: "m\(100 + $0)", value: JSONValue.null) }
      return try self.errors(schema, .object(JSONObject(members: members)))
    }
    let first = try #require(try errors(1).first)
    let bytes =
      first.instanceLocation.utf8.count + first.keywordLocation.utf8.count + first.error.utf8.count
    #expect(bytes > name.utf8.count)
    // An error is listed if those before it are smaller than the limit.
    let most = (ErrorCollector.mostBytes + bytes - 1) / bytes
    for count in [most, most + 1] { #expect(try errors(count).count == min(count, most)) }
  }
}

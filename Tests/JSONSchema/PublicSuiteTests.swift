import Foundation
import JSON
import JSONSchema
import Testing

/// The required cases of the public JSON-Schema-Test-Suite, where `JSON_SCHEMA_TEST_SUITE` names its checkout.
/// Every file of the dialect either runs or stands here with the reason why it does not; so does every
/// group of a file that runs.
struct PublicSuiteTests {
  private static let root = ProcessInfo.processInfo.environment["JSON_SCHEMA_TEST_SUITE"]
    .map { URL(fileURLWithPath: $0) }

  private static let files = [
    "additionalProperties", "allOf", "anchor", "anyOf", "boolean_schema", "const", "contains", "default",
    "defs",
    "dependentRequired", "dependentSchemas", "enum", "exclusiveMaximum", "exclusiveMinimum", "if-then-else",
    "infinite-loop-detection", "items", "maxContains", "maxItems", "maxLength", "maxProperties", "maximum",
    "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not", "oneOf",
    "pattern",
    "patternProperties", "prefixItems", "properties", "propertyNames", "ref", "refRemote", "required", "type",
    "uniqueItems", "optional/anchor", "optional/bignum", "optional/float-overflow", "optional/id",
    "optional/non-bmp-regex", "optional/no-schema", "optional/format/date-time", "optional/format/uuid",
  ]

  /// Required files that do not run, because they are about keywords that are not known here.
  private static let skippedFiles = [
    "content": "contentEncoding, contentMediaType, contentSchema",
    "dynamicRef": "$dynamicRef, $dynamicAnchor",
    "format": "formats as mere annotations; those known here are asserted",
    "unevaluatedItems": "unevaluatedItems",
    "unevaluatedProperties": "unevaluatedProperties",
    "vocabulary": "$vocabulary, metaschemas of one's own",
  ]

  /// Groups that do not run, because their schemas need what is not known here.
  private static let skippedGroups = [
    "defs": ["validate definition against metaschema": "the metaschema, which is made of $dynamicRef"],
    "not": ["collect annotations inside a 'not', even if collection is disabled": "unevaluatedProperties"],
    "ref": [
      "remote ref, containing refs itself": "the metaschema, which is made of $dynamicRef",
      "ref creates new scope when adjacent to keywords": "unevaluatedProperties",
    ],
  ]

  /// Documents for references that do not run either.
  private static let skippedRemotes = [
    "detached-dynamicref.json": "$dynamicRef", "extendible-dynamic-ref.json": "$dynamicRef",
    "tree.json": "$dynamicAnchor", "format-assertion-false.json": "$vocabulary",
    "format-assertion-true.json": "$vocabulary", "metaschema-no-validation.json": "$vocabulary",
    "metaschema-optional-vocabulary.json": "$vocabulary",
  ]

  private struct Counts {
    var groups = 0
    var tests = 0
    var skipped: [String] = []
  }

  @Test(.enabled(if: root != nil, "JSON_SCHEMA_TEST_SUITE names no folder"))
  func `the public suite`() throws {
    let root = try #require(Self.root)
    let folder = root.appending(path: "tests/draft2020-12")
    let remotes = try Self.remotes(root)
    var counts = Counts()

    let present = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    for name in present where !Self.files.contains(name) {
      let reason = try #require(Self.skippedFiles[name], "\(name) neither runs nor has a reason not to")
      counts.skipped.append("\(name): \(reason)")
    }
    for file in Self.files {
      for group in try #require(Self.read(folder.appending(path: "\(file).json")).array) {
        try run(group, of: file, remotes, &counts)
      }
    }
    print("JSON-Schema-Test-Suite: \(counts.groups) groups, \(counts.tests) tests run")
    for skipped in counts.skipped { print("JSON-Schema-Test-Suite skips \(skipped)") }
    let reasons = Self.skippedFiles.count + Self.skippedGroups.values.reduce(0) { $0 + $1.count }
    #expect(counts.skipped.count == reasons, "a reason is given for what is not there")
  }

  private func run(
    _ group: JSONValue, of file: String, _ remotes: SchemaCompiler, _ counts: inout Counts
  ) throws {
    let name = try #require(group["description"]?.string)
    let document = try #require(group["schema"])
    var compiler = remotes
    let schema: Schema
    do {
      try compiler.add(document, uri: "urn:test")
      schema = try compiler.schema("urn:test")
    } catch {
      let reason = Self.skippedGroups[file]?[name]
      #expect(reason != nil, "\(file), \(name): \(error)")
      if let reason { counts.skipped.append("\(file), \(name): \(reason)") }
      return
    }
    #expect(Self.skippedGroups[file]?[name] == nil, "\(file), \(name) could run")
    counts.groups += 1
    for test in try #require(group["tests"]?.array) {
      counts.tests += 1
      let about = "\(file), \(name), \(test["description"]?.string ?? "")"
      let data = try #require(test["data"])
      let isValid = schema.isValid(data)
      #expect(test["valid"] == .bool(isValid), "\(about)")
      #expect(schema.validate(data).isEmpty == isValid, "\(about)")
    }
  }

  /// The documents that the suite expects at `http://localhost:1234`, those which can be compiled.
  private static func remotes(_ root: URL) throws -> SchemaCompiler {
    var compiler = SchemaCompiler()
    let folder = root.appending(path: "remotes/draft2020-12")
    for case let path as String in try #require(FileManager.default.enumerator(atPath: folder.path)) {
      guard path.hasSuffix(".json") else { continue }
      let document = try read(folder.appending(path: path))
      do {
        try compiler.add(document, uri: "http://localhost:1234/draft2020-12/\(path)")
      } catch {
        #expect(skippedRemotes[path].map { error.location.hasSuffix($0) } == true, "\(error)")
      }
    }
    return compiler
  }

  private static func read(_ file: URL) throws -> JSONValue {
    try JSONValue(parsing: [UInt8](try Data(contentsOf: file)))
  }
}

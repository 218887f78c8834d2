import Foundation
import JSON
import TestSupport
import Testing

@testable import Worker

/// Null in place of an optional member, in every method and at every depth, means the same as no member.
@Suite struct NullMemberTests {
  private let schemas = SchemaCache()

  /// Members in which null means something.
  private static let meaningful: Set<String> = ["window"]
  private static let savedID = "0d1f6f2c-3c1b-4a57-9d0e-5b8f5a2f7c11"

  /// A worker of its own, whose clock and ids begin anew, with a saved report if the method is about one.
  private func worker(for method: String) throws -> TestWorker {
    let worker = try TestWorker(TestWorker.twoWebsites, imported: method == Method.appendEvents.name)
    let required = schemas.document("\(method).params.json")["required"]?.array ?? []
    if required.contains("reportId") {
      _ = worker.ask(
        "reports.create",
        [
          "reportId": .string(Self.savedID), "websiteId": "a", "type": "utm", "name": "saved",
          "parameters": ["dateRange": ["startDate": "2025-03-01", "endDate": "2025-03-31"]],
        ])
    }
    return worker
  }

  /// The params of the examples, in the schemas and beside them, as requests to the test's store.
  private func examples(of method: Method) throws -> [JSONValue] {
    let file = BuiltBinary.checkout.appendingPathComponent("examples/requests.ndjson")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let requests = try lines.map { try JSONValue(parsing: Array($0.utf8)) }
    let params =
      (schemas.document("\(method.name).params.json")["examples"]?.array ?? [])
      + requests.filter { $0["method"]?.string == method.name }.compactMap { $0["params"] }
    return params.map { params in
      guard var object = params.object else { return params }
      if object["websiteId"] != nil { object["websiteId"] = "a" }
      if object["reportId"] != nil { object["reportId"] = .string(Self.savedID) }
      return .object(object)
    }
  }

  @Test(arguments: Method.all.map(\.name)) func `null is as good as no member`(name: String) throws {
    let method = try #require(Method.all.first { $0.name == name })
    let walk = NullWalk(paramsOf: method, meaningful: Self.meaningful)
    // What one request writes must not change the answer of the next.
    let shared = method.isReadOnly ? try worker(for: name) : nil
    func answer(_ params: JSONValue) throws -> JSONValue {
      try (shared ?? worker(for: name)).ask(name, params)
    }
    for example in try examples(of: method) {
      let plain = try answer(example)
      let added = walk.addingNulls(to: example, [walk.schema])
      #expect(try answer(added) == plain, "\(added)")
      for (path, cleared, removed) in walk.clearings(of: example, [walk.schema]) {
        #expect(try answer(cleared) == answer(removed), "\(path)")
      }
    }
  }

  @Test func `null replaces no member of a saved report`() throws {
    let worker = try TestWorker()
    let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]
    _ = worker.ask(
      "reports.create",
      [
        "reportId": .string(Self.savedID), "type": "insights", "name": "x",
        "parameters": [
          "dateRange": range, "fields": [["name": "url"]],
          "filters": [
            ["name": "url", "operator": "eq", "value": "/x"]
          ], "limit": nil,
        ],
      ])
    let plain = worker.ask("reports.run", ["reportId": .string(Self.savedID)])
    #expect(plain.array?.count == 1, "\(plain)")
    let params: JSONValue = [
      "reportId": .string(Self.savedID), "filters": nil, "dateRange": nil, "fields": nil, "timezone": nil,
    ]
    #expect(worker.ask("reports.run", params) == plain)
  }

  @Test func `null stays where it means something, and where it is needed it is named`() throws {
    let worker = try TestWorker()
    let range: JSONValue = ["startDate": "2025-03-01", "endDate": "2025-03-31"]
    let steps: JSONValue = [["type": "url", "value": "/"], ["type": "url", "value": "/x"]]
    func ask(_ params: JSONValue) -> JSONValue { worker.ask("reports.funnel", params) }
    #expect(ask(["dateRange": range, "steps": steps, "window": nil])[at: 1]?["visitors"] == 1)
    #expect(ask(["dateRange": range, "steps": steps])["code"] == -32602)
    let bounded: JSONValue = [
      ["type": "url", "value": "/"], ["type": "url", "value": "/x", "window": nil],
    ]
    let second: JSONValue = ["dateRange": range, "windowUnit": "second", "window": 1, "steps": bounded]
    #expect(ask(second)[at: 1]?["visitors"] == 1)
    let error = ask(["dateRange": nil, "steps": steps, "window": 1])["message"]?.string
    #expect(error == "Invalid params: /dateRange must be an object, not null")
  }
}

/// Finds the places of optional members in a value.
private struct NullWalk {
  let schema: JSONValue
  private let definitions: JSONObject
  private let meaningful: Set<String>

  init(paramsOf method: Method, meaningful: Set<String>) {
    var bundler = SchemaBundler(SchemaCache())
    schema = .object(bundler.schema("\(method.name).params.json"))
    definitions = bundler.definitions
    self.meaningful = meaningful
  }

  /// The schemas, and all that they apply to the same value.
  private func closure(_ schemas: [JSONValue], of value: JSONValue) -> [JSONValue] {
    schemas.flatMap { schema -> [JSONValue] in
      let parts =
        ["allOf", "anyOf", "oneOf"].flatMap { schema[$0]?.array ?? [] }
        + branches(schema, of: value).compactMap { schema[$0] }
        + [schema["$ref"]?.string].compactMap(\.self).map(resolve)
      return [schema] + closure(parts, of: value)
    }
  }

  /// Which of `then` and `else` a value may have to satisfy. Only conditions on the presence of a member are looked at.
  private func branches(_ schema: JSONValue, of value: JSONValue) -> [String] {
    guard let required = schema["if"]?["required"]?.array, schema["if"]?.object?.count == 1 else {
      return ["then", "else"]
    }
    return [required.allSatisfy { value[$0.string ?? ""] != nil } ? "then" : "else"]
  }

  private func resolve(_ reference: String) -> JSONValue {
    definitions[String(reference.split(separator: "/").last ?? "")] ?? nil
  }

  /// The schemas of each member that an object may have, and whether it may be missing.
  private func members(
    _ schemas: [JSONValue], of value: JSONValue
  ) -> [(name: String, schemas: [JSONValue], isOptional: Bool)] {
    let all = closure(schemas, of: value)
    let required = all.flatMap { $0["required"]?.array ?? [] }.compactMap(\.string)
    var names: [String] = []
    for (name, _) in all.flatMap({ $0["properties"]?.object?.members ?? [] }) where !names.contains(name) {
      names.append(name)
    }
    return names.map { name in
      (
        name, all.compactMap { $0["properties"]?[name] },
        !required.contains(name) && !meaningful.contains(name)
      )
    }
  }

  /// The value with null for every optional member that its objects do not have.
  func addingNulls(to value: JSONValue, _ schemas: [JSONValue]) -> JSONValue {
    if let elements = value.array {
      let items = closure(schemas, of: value).compactMap { $0["items"] }
      return .array(elements.map { addingNulls(to: $0, items) })
    }
    guard var object = value.object else { return value }
    for (name, schemas, isOptional) in members(schemas, of: value) {
      if let member = object[name] {
        object[name] = addingNulls(to: member, schemas)
      } else if isOptional {
        object.append(name, .null)
      }
    }
    return .object(object)
  }

  /// For every optional member of its objects: where it is, the value with null in its place, and without it.
  func clearings(
    of value: JSONValue, _ schemas: [JSONValue], at path: String = ""
  ) -> [(path: String, cleared: JSONValue, removed: JSONValue)] {
    var found: [(path: String, cleared: JSONValue, removed: JSONValue)] = []
    if let elements = value.array {
      let items = closure(schemas, of: value).compactMap { $0["items"] }
      for (index, element) in elements.enumerated() {
        for inner in clearings(of: element, items, at: "\(path)/\(index)") {
          var (cleared, removed) = (elements, elements)
          (cleared[index], removed[index]) = (inner.cleared, inner.removed)
          found.append((inner.path, .array(cleared), .array(removed)))
        }
      }
    }
    guard let object = value.object else { return found }
    for (name, schemas, isOptional) in members(schemas, of: value) {
      guard let member = object[name] else { continue }
      if isOptional {
        let others = object.members.filter { $0.name != name }
        let cleared = object.members.map { $0.name == name ? (name, .null) : $0 }
        found.append(
          (
            "\(path)/\(name)", .object(JSONObject(members: cleared)),
            .object(JSONObject(members: others))
          ))
      }
      for inner in clearings(of: member, schemas, at: "\(path)/\(name)") {
        let cleared = object.members.map { $0.name == name ? (name, inner.cleared) : $0 }
        let removed = object.members.map { $0.name == name ? (name, inner.removed) : $0 }
        found.append(
          (inner.path, .object(JSONObject(members: cleared)), .object(JSONObject(members: removed))))
      }
    }
    return found
  }
}

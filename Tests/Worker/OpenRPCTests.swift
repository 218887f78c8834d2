import JSON
import JSONSchema
import Testing

@testable import Worker

/// Compares `rpc.discover` with the code. `PublicClientTests` checks with public software that it is valid OpenRPC.
@Suite struct OpenRPCTests {
  private let document: JSONValue

  init() throws { document = try TestWorker().ask("rpc.discover") }

  private var methods: [JSONValue] { document["methods"]?.array ?? [] }

  @Test func `every method is described, in the order of the table`() {
    #expect(document["openrpc"] == "1.3.2")
    #expect(document["info"]?["version"] == .string(productVersion))
    #expect(methods.compactMap { $0["name"]?.string } == Method.all.map(\.name))
    for method in methods {
      #expect(method["paramStructure"] == "by-name")
      #expect(method["summary"]?.string?.isEmpty == false)
      let names = method["params"]?.array?.compactMap { $0["name"]?.string } ?? []
      #expect(Set(names).count == names.count)
    }
  }

  @Test func `every reference leads somewhere in the document`() throws {
    var references: [String] = []
    collectReferences(document, into: &references)
    #expect(references.count > 50)
    for reference in Set(references) {
      let pointer = try #require(JSONPointer(String(reference.dropFirst())))
      #expect(reference.hasPrefix("#/components/") && document[pointer] != nil, "\(reference)")
    }
  }

  @Test func `every example matches its method's schemas`() throws {
    for method in methods where method["name"] != "rpc.discover" {
      let name = method["name"]?.string ?? ""
      let example = try #require(method["examples"]?[at: 0], "\(name)")
      for param in try #require(method["params"]?.array) where param["required"] == true {
        #expect(example["params"]?.array?.contains { $0["name"] == param["name"] } == true, "\(name)")
      }
      for param in try #require(example["params"]?.array) {
        let described = method["params"]?.array?.first { $0["name"] == param["name"] }
        // What reports.run replaces is not its own.
        guard name != "reports.run" || described != nil else { continue }
        try check(param["value"], against: #require(described?["schema"], "\(name) \(param)"))
      }
      try check(example["result"]?["value"], against: #require(method["result"]?["schema"]))
    }
  }

  /// Validates a value with a schema of the document, resolving references.
  private func check(_ value: JSONValue?, against schema: JSONValue) throws {
    var root = schema.object ?? JSONObject()
    root["$defs"] = document["components"]?["schemas"]
    let text = JSONValue.object(root).description.replacing("#/components/schemas/", with: "#/$defs/")
    var compiler = SchemaCompiler()
    try compiler.add(try JSONValue(parsing: Array(text.utf8)), uri: "document.json")
    let errors = try compiler.schema("document.json").validate(#require(value))
    #expect(errors.isEmpty, "\(errors)")
  }

  private func collectReferences(_ value: JSONValue, into references: inout [String]) {
    switch value {
    case .array(let elements): for element in elements { collectReferences(element, into: &references) }
    case .object(let object):
      for (name, value) in object.members {
        if name == "$ref", let reference = value.string { references.append(reference) }
        collectReferences(value, into: &references)
      }
    default: break
    }
  }
}

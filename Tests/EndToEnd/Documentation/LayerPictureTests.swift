import Foundation
import TestSupport
import Testing

/// The picture of the layers in `Sources/README.md` is drawn from what the files import.
@Suite struct LayerPictureTests {
  private static let page = "Sources/README.md"
  /// The folder of each layer, by the name of its module.
  private let folders: [String: String]
  /// The modules that each layer imports.
  private let imports: [String: Set<String>]

  init() throws {
    var folders = ["Schemas": "schemas"]
    let sources = BuiltBinary.checkout.appendingPathComponent("Sources")
    for name in try FileManager.default.contentsOfDirectory(atPath: sources.path)
    where !name.contains(".") { folders[name] = "Sources/\(name)" }
    self.folders = folders
    imports = try folders.mapValues(Self.imports(in:))
  }

  private static func imports(in folder: String) throws -> Set<String> {
    let url = BuiltBinary.checkout.appendingPathComponent(folder)
    let files = FileManager.default.enumerator(atPath: url.path)
    var modules: Set<String> = []
    while let name = files?.nextObject() as? String {
      guard name.hasSuffix(".swift") else { continue }
      let text = try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let pattern = /^ *(?:@\w+ )?(?:(?:public|package|internal|private|fileprivate) )?import ([A-Z]\w+)$/
        if let found = line.firstMatch(of: pattern) { modules.insert(String(found.output.1)) }
      }
    }
    return modules
  }

  /// The layers that one imports itself.
  private func below(_ layer: String) -> Set<String> {
    (imports[layer] ?? []).filter { folders[$0] != nil }
  }

  /// Those, and the ones that they import, and so on.
  private func reached(from layer: String) -> Set<String> {
    var reached = below(layer)
    var rest = Array(reached)
    while let next = rest.popLast() {
      for other in below(next) where reached.insert(other).inserted { rest.append(other) }
    }
    return reached
  }

  @Test func `imports point one way`() {
    for layer in folders.keys { #expect(!reached(from: layer).contains(layer), "\(layer)") }
  }

  @Test func `the picture shows the imports`() throws {
    var arrows: [String] = []
    for layer in folders.keys.sorted() {
      // An import that another arrow leads to is not drawn.
      let drawn = below(layer).filter { other in
        !below(layer).contains { $0 != other && reached(from: $0).contains(other) }
      }
      arrows += drawn.sorted().map { "  \(layer) --> \($0)" }
    }
    var users: [String: [String]] = [:]
    for (layer, modules) in imports {
      for module in modules where folders[module] == nil { users[module, default: []].append(layer) }
    }
    let rows = users.sorted { $0.key < $1.key }.map { module, layers in
      "| `\(module)` | \(layers.sorted().map { "`\($0)`" }.joined(separator: ", ")) |"
    }
    let text = """
      ```mermaid
      flowchart TD
      \(arrows.joined(separator: "\n"))
      ```

      | module from outside | imported by |
      |---|---|
      \(rows.joined(separator: "\n"))

      """
    let difference = try GeneratedFile.difference(Self.page, section: "imports", text)
    #expect(difference == nil)
  }

  @Test func `the map has every layer`() throws {
    let lines = try DocumentationPage(path: Self.page).lines
    for (layer, folder) in folders {
      #expect(lines.contains { $0.hasPrefix("| `\(folder)` |") }, "\(layer)")
    }
  }

  @Test func `the map has every folder of a layer, and no other`() throws {
    var mapped: Set<String> = []
    var layer: String?
    for line in try DocumentationPage(path: Self.page).lines {
      let cell = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().first ?? ""
      let spans = cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
      if cell.hasPrefix(" in ") {
        layer = spans.first ?? "Sources"
      } else if line.isEmpty {
        layer = nil
      } else if let layer {
        mapped.formUnion(spans.map { "\(layer)/\($0)" })
      }
    }
    var found: Set<String> = []
    for folder in folders.values where folder.hasPrefix("Sources/") {
      let url = BuiltBinary.checkout.appendingPathComponent(folder)
      let inside = try FileManager.default.contentsOfDirectory(
        at: url, includingPropertiesForKeys: [.isDirectoryKey])
      for name in inside where try name.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true {
        found.insert("\(folder)/\(name.lastPathComponent)")
      }
    }
    #expect(found.subtracting(mapped).sorted() == [], "without a line")
    #expect(mapped.subtracting(found).sorted() == [], "there is no such folder")
  }

  @Test(arguments: [
    (["Glibc", "Darwin", "Musl"], ["System"]), (["CSQLite"], ["EventStore"]),
    (["Foundation", "FoundationEssentials"], ["benchmark", "ClickHouse"]),
    (["FoundationNetworking"], ["ClickHouse"]),
  ]) func `only one layer imports what is not Swift's`(modules: [String], layers: [String]) {
    for (layer, imported) in imports where !layers.contains(layer) {
      #expect(imported.isDisjoint(with: modules), "\(layer)")
    }
  }

  @Test func `every type that the page names is declared`() throws {
    var declared = Set(imports.keys).union(imports.values.joined())
    for folder in folders.values {
      let files = FileManager.default.enumerator(
        atPath: BuiltBinary.checkout.appendingPathComponent(folder).path)
      while let name = files?.nextObject() as? String {
        // A folder is named on its own, below the path of its layer.
        declared.formUnion(name.split(separator: "/").dropLast().map(String.init))
        guard name.hasSuffix(".swift") else { continue }
        let text = try String(
          contentsOf: BuiltBinary.checkout.appendingPathComponent("\(folder)/\(name)"), encoding: .utf8)
        declared.formUnion(
          text.matches(of: /(?:struct|class|enum|protocol) ([A-Z]\w+)/).map { String($0.output.1) })
      }
    }
    let named = try DocumentationPage(path: Self.page).codeSpans.filter {
      $0.wholeMatch(of: /[A-Z]\w+/) != nil
    }
    #expect(!named.isEmpty)
    for name in named { #expect(declared.contains(name), "\(name)") }
  }
}

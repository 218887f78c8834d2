import Foundation
import TestSupport
import Testing

/// What the pages show, done as a reader would, and what they point at, looked for. CI runs the commands that install
/// and build.
@Suite struct PageTests {
  private static let checkout = BuiltBinary.checkout

  @Test(arguments: try DocumentationPage.all().map(\.path))
  func `every command of a console block prints the lines below it`(path: String) throws {
    let page = try DocumentationPage(path: path)
    let reader = try ReaderFolder()
    var printed: [[String]] = []
    for command in page.commands {
      // Those that need more than a shell are run by the tests of the clients.
      guard ExampleClientTests.client(in: command.text) == nil else {
        printed.append(command.printed)
        continue
      }
      printed.append(try reader.run(command.text, of: page.path))
      if !GeneratedFile.isUpdating { #expect(printed.last == command.printed, "\(command.text)") }
    }
    let difference = try GeneratedFile.difference(path) { text in
      DocumentationPage(path: path, text: text).replacing(printed: printed)
    }
    #expect(difference == nil)
  }

  @Test(arguments: try DocumentationPage.all().map(\.path))
  func `every link leads to a file of the checkout, and to a heading of it`(path: String) throws {
    let page = try DocumentationPage(path: path)
    let folder = Self.checkout.appendingPathComponent(page.path).deletingLastPathComponent()
    for link in page.links where !link.hasPrefix("https://") {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let file = parts[0].isEmpty ? page.path : relative(folder.appendingPathComponent(String(parts[0])))
      #expect(exists(file), "\(link)")
      if parts.count == 2 {
        let target = try DocumentationPage(path: file)
        #expect(target.anchors.contains(String(parts[1])), "\(link)")
      }
    }
  }

  private func relative(_ url: URL) -> String {
    String(url.standardizedFileURL.path.dropFirst(Self.checkout.standardizedFileURL.path.count + 1))
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: Self.checkout.appendingPathComponent(path).path)
  }

  @Test(arguments: try DocumentationPage.all().map(\.path))
  func `every file that is named by its path is there`(path: String) throws {
    let page = try DocumentationPage(path: path)
    for span in page.codeSpans {
      let path = span.split(separator: " ").first.map(String.init) ?? ""
      // NAME is to be replaced by the reader.
      guard path.firstMatch(of: /^(Sources|Tests|examples|schemas)\/[A-Za-z0-9_.+\/-]*$/) != nil,
        !path.contains("NAME")
      else { continue }
      #expect(exists(path), "\(path)")
    }
  }

  @Test func `every test suite that the page of the tests names is there`() throws {
    var suites: Set<String> = []
    let files = FileManager.default.enumerator(atPath: Self.checkout.appendingPathComponent("Tests").path)
    while let name = files?.nextObject() as? String {
      guard name.hasSuffix(".swift") else { continue }
      let text = try String(
        contentsOf: Self.checkout.appendingPathComponent("Tests/\(name)"), encoding: .utf8)
      suites.formUnion(text.matches(of: /(?:struct|class) (\w+Tests)\b/).map { String($0.output.1) })
    }
    let page = try DocumentationPage(path: "Tests/README.md")
    let named = page.prose.flatMap { line in line.matches(of: /\b(\w+Tests)\b/).map { String($0.output.1) } }
    #expect(!named.isEmpty)
    for name in named { #expect(suites.contains(name), "\(name)") }
  }

  @Test func `the front page fits 200 lines, and CI finds its commands there`() throws {
    let page = try DocumentationPage(path: "README.md")
    #expect(page.lines.count <= 200)
    for name in ["build", "test", "static"] {
      let mark = try #require(page.lines.firstIndex(of: "<!-- \(name) -->"), "\(name)")
      #expect(page.lines[mark + 1] == "```sh", "\(name)")
    }
  }

  @Test func `the numbers of the front page are those of the benchmark's page`() throws {
    let results = try DocumentationPage(path: "Sources/benchmark/README.md").lines
    let rows = try DocumentationPage(path: "README.md").lines
      .drop { !$0.hasPrefix("| report | Footfall") }.dropFirst(2).prefix { $0.hasPrefix("|") }
    #expect(!rows.isEmpty)
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let found = results.first { $0.hasPrefix("\(cells[0])  ") && $0.contains(" all ") } ?? ""
      for cell in cells.dropFirst() { #expect(found.split(separator: " ").contains(cell[...]), "\(row)") }
    }
  }

  @Test func `every page can be reached from the front page`() throws {
    let front = try DocumentationPage(path: "README.md")
    for page in try DocumentationPage.all() where page.path != front.path {
      #expect(front.links.contains { $0.hasPrefix(page.path) }, "\(page.path)")
    }
  }
}

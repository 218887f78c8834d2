/// Checks that a document is well-formed: elements are closed in order, attributes are quoted and given once, ids are unique,
/// and every `&` begins one of the references that the writer uses.
struct MarkupCheck {
  private(set) var faults: [String] = []
  /// How often each element begins.
  private(set) var counts: [String: Int] = [:]
  /// Every attribute: element, name, value.
  private(set) var attributes: [(element: String, name: String, value: String)] = []

  private var ids: Set<String> = []
  private var open: [String] = []

  private static let voidElements: Set<String> = ["meta"]
  private static let references = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]

  init(_ document: String) {
    var rest = Substring(document)
    if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst("<!DOCTYPE html>".count) }
    while let start = rest.firstIndex(of: "<") {
      checkText(rest[..<start])
      guard let end = rest[start...].firstIndex(of: ">") else {
        faults.append("an open tag at the end")
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        if open.popLast() != String(tag.dropFirst()) { faults.append("</\(tag.dropFirst())> closes another") }
        continue
      }
      let name = String(tag.prefix { $0 != " " })
      counts[name, default: 0] += 1
      checkAttributes(tag.dropFirst(name.count), of: name)
      if Self.voidElements.contains(name) { continue }
      open.append(name)
      // Style sheets and scripts are no markup.
      if name == "script" || name == "style" {
        while !rest.isEmpty, !rest.hasPrefix("</\(name)>") { rest.removeFirst() }
      }
    }
    checkText(rest)
    if !open.isEmpty { faults.append("not closed: \(open)") }
  }

  private mutating func checkText(_ text: Substring) {
    for index in text.indices where text[index] == "&" {
      if !Self.references.contains(where: { text[index...].hasPrefix($0) }) {
        faults.append("& in \(text[index...].prefix(20))")
      }
    }
    if text.contains(">") { faults.append("> in \(text.prefix(40))") }
    // The program isolates parts of texts, and nothing else may have characters for that.
    var isIsolated = false
    for scalar in text.unicodeScalars {
      if scalar == (isIsolated ? "\u{2069}" : "\u{2068}") {
        isIsolated.toggle()
        continue
      }
      switch scalar.properties.generalCategory {
      case .control where scalar != "\n", .format where scalar != "\u{200C}" && scalar != "\u{200D}":
        faults.append("U+\(String(scalar.value, radix: 16))")
      default: if scalar.value & 0xFFFE == 0xFFFE { faults.append("a noncharacter") }
      }
    }
    if isIsolated { faults.append("an isolated part without an end") }
  }

  private mutating func checkAttributes(_ text: Substring, of element: String) {
    var rest = text
    var names: Set<String> = []
    while let first = rest.first {
      guard first == " ", let equals = rest.firstIndex(of: "="),
        rest[equals...].dropFirst().first == "\"",
        let end = rest[equals...].dropFirst(2).firstIndex(of: "\"")
      else {
        faults.append("<\(element)\(text)>")
        return
      }
      let name = String(rest[..<equals].dropFirst())
      let value = rest[equals...].dropFirst(2).prefix(upTo: end)
      checkText(value)
      if !names.insert(name).inserted { faults.append("\(name) twice in <\(element)\(text)>") }
      if name == "id", !ids.insert(String(value)).inserted { faults.append("id \(value) twice") }
      attributes.append((element, name, String(value)))
      rest = rest[rest.index(after: end)...]
    }
  }
}

extension Substring {
  fileprivate func prefix(upTo end: Index) -> Substring { self[startIndex..<end] }
}

import Engine
import JSON
import Schemas

extension SourceCategories {
  /// Those of `schemas/common/channels.json`.
  static let standard: SourceCategories = {
    var categories = SourceCategories()
    categories.add(standardList)
    return categories
  }()

  /// The list itself.
  static let standardList: JSONValue = {
    guard let list = try? JSONValue(parsing: String(decoding: Schemas.channels, as: UTF8.self)) else {
      fatalError("the embedded list of channels is no JSON")
    }
    return list
  }()

  /// Adds the entries of a list in the form of `channels.json`.
  mutating func add(_ list: JSONValue) {
    for (name, entries) in list.object?.members ?? [] {
      guard let category = SourceCategory(rawValue: name) else { continue }
      for (kind, texts) in entries.object?.members ?? [] {
        for text in (texts.array ?? []).compactMap(\.string) {
          if kind == "names" { add(name: text, category) } else { add(domain: text, category) }
        }
      }
    }
  }
}

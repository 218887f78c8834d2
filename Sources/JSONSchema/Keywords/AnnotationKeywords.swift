import JSON

/// `$schema`, `$comment`, `title`, `description`, `default`, `examples`, `deprecated`, `readOnly`, `writeOnly`,
/// `x-tool`, `x-rows`, `x-option`, `x-lists`, `x-tables` and `x-null`: they annotate values and reject none. The index handles `$id`,
/// `$anchor` and `$defs`.
enum AnnotationKeywords {
  private static let dialect = "https://json-schema.org/draft/2020-12/schema"

  /// Throws if one of them has an invalid value.
  static func check(_ source: SchemaSource) throws(SchemaError) {
    if let dialect = try source.string(.schema), URIReference(dialect) != URIReference(Self.dialect) {
      throw source.invalid(.schema, "\"\(Self.dialect)\", the only dialect that is known here")
    }
    for keyword in [Keyword.comment, .title, .description, .rows, .tables, .null] {
      _ = try source.string(keyword)
    }
    for keyword in [Keyword.deprecated, .readOnly, .writeOnly] { _ = try source.bool(keyword) }
    _ = try source.array(.examples)
    if let tool = source[.tool], tool != false, tool.string == nil {
      throw source.invalid(.tool, "false or a string")
    }
    if let option = source[.option], option != true, option.string == nil {
      throw source.invalid(.option, "true or a string")
    }
    if let lists = source[.lists], lists.object?.count != 1 || lists.object?.members[0].value.array == nil {
      throw source.invalid(.lists, "an object with one array")
    }
  }
}

public import JSON

/// Collects schema documents that refer to one another, and compiles schemas from them.
///
///     var compiler = SchemaCompiler()
///     try compiler.add(common, uri: "common.json")
///     try compiler.add(params, uri: "utm.params.json")
///     let schema = try compiler.schema("utm.params.json")
///
/// It supports the core, applicator, validation and annotation keywords of draft 2020-12 except the dynamic and
/// the unevaluated ones, and the formats `date-time` and `uuid`, which it asserts. The annotation `x-tool` is what is
/// told of a value to language models: false for nothing, or a description of its own. `x-rows`, `x-option`,
/// `x-lists`, `x-tables` and `x-null` say how a result becomes a table: the prefix of the columns of a list whose elements
/// become rows, a member that only some requests add, the first column of lists, the member that names the tables in
/// a list of tables, and a column for null. Any other keyword or format is an error: a
/// rule that nobody checks is worse than none.
public struct SchemaCompiler: Sendable {
  private var index = SchemaIndex()

  public init() {}

  /// Adds a document under the URI, relative or absolute, by which others refer to it. Its own `$id` is
  /// resolved against that URI and identifies it too.
  ///
  /// - Throws: If a subschema is not an object or boolean, a keyword is unknown, or a name is already in use.
  ///   Then nothing is added.
  public mutating func add(_ document: JSONValue, uri: String) throws(SchemaError) {
    let known = index.entries.count
    do throws(SchemaError) { try index.add(document, uri: URIReference(uri)) } catch {
      index.removeEntries(from: known)
      throw error
    }
  }

  /// Compiles the schema at a URI: a document or, with a fragment (`common.json#/$defs/limit`), a part of
  /// one.
  ///
  /// - Throws: If the URI is unknown, a keyword has an invalid value, or a reference leads nowhere or in a
  ///   cycle. Only the reachable parts of the referenced documents are compiled.
  public func schema(_ uri: String) throws(SchemaError) -> Schema {
    guard let entry = index.entry(at: URIReference(uri)) else {
      throw SchemaError(location: uri, problem: "no schema was added under this URI")
    }
    var compilation = Compilation(index)
    let root = try compilation.compile(entry)
    return try compilation.schema(root: root)
  }
}

import Worker

/// The text of the bundled schema `name` (with or without `.json`); the names of all where it is nil.
func schemaText(_ name: String?) throws(CommandError) -> String {
  guard let name else { return bundledSchemas.map { "\($0.name)\n" }.joined() }
  guard let schema = bundledSchemas.first(where: { $0.name == name || $0.name == "\(name).json" }) else {
    throw .usage("there is no schema \"\(name)\"; footfall schema lists them")
  }
  return String(decoding: schema.text, as: UTF8.self)
}

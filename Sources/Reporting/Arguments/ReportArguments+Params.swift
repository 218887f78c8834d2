public import JSON

// Arguments of a request that was not made of flags.

extension ReportDefinition {
  /// The kind of a method's results; nil if results of the method have no form of their own.
  public static func answering(_ method: String) -> ReportDefinition? {
    all.first { $0.method == method || $0.methodFlag?.method == method }
  }
}

extension ReportArguments {
  /// The arguments with which a user would have asked what `params` ask of a method of this kind, as far as headings and
  /// figures tell about them.
  public init(_ kind: ReportDefinition, method: String, _ params: JSONObject) {
    self.init(kind)
    if let other = kind.methodFlag, other.method == method { values[other.flag] = [true] }
    if let zone = params["timezone"], zone.string?.isEmpty == false {
      values[ReportFlag.timezone.name] = [zone]
    }
    if let compare = params["compare"], compare != .null { values[ReportFlag.compare.name] = [compare] }
    filterTexts = (params["filters"]?.array ?? []).map(filterText)
  }
}

/// A filter as the flag `--filter` has it.
private func filterText(_ filter: JSONValue) -> String {
  guard let name = filter["name"]?.string else {
    return filter["segment"]?.string.map { "segment \($0)" } ?? "a condition"
  }
  let sign = filterSign(filter["operator"]?.string ?? "eq")
  let values = filter["value"]?.array ?? filter["value"].map { [$0] } ?? []
  return name + sign + values.map { $0.string ?? $0.description }.joined(separator: ",")
}

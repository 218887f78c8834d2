import Engine

/// How the objects of a file become rows: which members are read into which columns.
final class JSONColumns: Sendable {
  /// The names of the columns: those of Umami, and the paths that are mapped.
  let names: [String]
  let tree: MemberTree
  let form: JSONForm
  /// The number of cells after the columns; see ``JSONForm/Input``.
  let extraCount: Int
  /// Cells that stand in for an empty column, in the order in which they are tried.
  let substitutes: [(column: Int, cell: Int)]
  /// The columns and cells that the form computes with.
  let inputs: JSONForm.InputCells

  /// - Parameters:
  ///   - form: the form of the file's objects.
  ///   - found: the paths of the members in the first objects of the file.
  ///   - watched: the paths of members that get columns of their own, in addition to those of `map`.
  init(_ form: JSONForm, _ map: ColumnMap, found: [[String]], watched: [[String]] = []) {
    let mapped =
      Self.mappedPaths(map, found) + watched.map { (name: $0.joined(separator: "."), paths: [$0]) }
    let mappedNames = Set(mapped.map(\.name))
    let standard = form.columns.filter { column in
      map.source(of: column.name) == nil && !mappedNames.contains(column.name)
    }
    names = standard.map(\.name) + mapped.map(\.name)
    var tree = MemberTree()
    var extraCount = 0
    var substitutes: [(column: Int, cell: Int)] = []
    var inputs = JSONForm.InputCells()
    for (path, kind) in form.kinds { tree.setKind(kind, at: path) }
    for (index, column) in standard.enumerated() {
      if let input = JSONForm.Input(column: column.name) { inputs[input] = index }
      guard let first = column.paths.first else { continue }
      for path in first { tree.read(path, into: index) }
      for paths in column.paths.dropFirst() {
        let cell = names.count + extraCount
        extraCount += 1
        for path in paths { tree.read(path, into: cell) }
        substitutes.append((index, cell))
      }
    }
    for (input, path) in form.inputs {
      let cell = names.count + extraCount
      extraCount += 1
      tree.read(path, into: cell)
      inputs[input] = cell
    }
    for (index, source) in mapped.enumerated() {
      for path in source.paths { tree.read(path, into: standard.count + index) }
    }
    self.tree = tree
    self.form = form
    self.extraCount = extraCount
    self.substitutes = substitutes
    self.inputs = inputs
  }

  /// The paths of each source of `map`: those that join to it, exactly or else without regard to case. A source
  /// that is in no object yet is a path as it is written.
  private static func mappedPaths(
    _ map: ColumnMap, _ found: [[String]]
  ) -> [(name: String, paths: [[String]])] {
    var mapped: [(name: String, paths: [[String]])] = []
    for name in map.columnNames where !mapped.contains(where: { $0.name == name }) {
      let exact = found.filter { $0.joined(separator: ".") == name }
      let paths =
        exact.isEmpty ? found.filter { $0.joined(separator: ".").lowercased() == name.lowercased() } : exact
      if !paths.isEmpty { mapped.append((name, paths)) }
    }
    return mapped
  }
}

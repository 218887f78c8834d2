/// Finds schemas whose evaluation would not terminate: those that reach themselves for the same value,
/// without stepping into a member or an element in between.
struct InPlaceCycles {
  private enum State {
    case unseen, open, done
  }

  private let subschemas: [Subschema]
  private var states: [State]

  init(_ subschemas: [Subschema]) {
    self.subschemas = subschemas
    states = Array(repeating: .unseen, count: subschemas.count)
  }

  consuming func check() throws(SchemaError) {
    for id in subschemas.indices { try visit(id) }
  }

  private mutating func visit(_ id: SubschemaID) throws(SchemaError) {
    switch states[id] {
    case .done: return
    case .open:
      throw SchemaError(
        location: subschemas[id].location,
        problem: "refers to itself without stepping to a member or an element; its evaluation would not end")
    case .unseen:
      states[id] = .open
      for next in subschemas[id].inPlaceSubschemas { try visit(next) }
      states[id] = .done
    }
  }
}

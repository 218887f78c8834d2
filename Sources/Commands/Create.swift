import EventStore
import Reporting

/// `footfall create STORE`: creates an empty store, to which events can be appended.
struct Create {
  private let store: String

  init(_ arguments: [String]) throws(CommandError) {
    var arguments = Arguments(arguments)
    guard let store = try arguments.nextOperand(of: "create") else {
      throw .usage("create needs the name of a store")
    }
    if let extra = try arguments.nextOperand(of: "create") {
      throw .usage("create takes one store, found also \"\(extra)\"; footfall import copies files into one")
    }
    self.store = store
  }

  func run() throws(CommandError) -> ExitCode {
    let isNew: Bool
    do throws(StoreError) { isNew = try createStore(at: store) } catch { throw .store(error) }
    try writeStandardOutput(
      "\(displayable(store)): \(isNew ? "an empty store" : "is a store already, and stays as it is")\n")
    return .success
  }
}

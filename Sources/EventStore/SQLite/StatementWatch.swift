/// Looks on while the statements of a connection run, whatever they are: those of a file that is no store of ours may
/// be views that never end.
final class StatementWatch {
  /// After how many instructions of SQLite's machine it looks: a millisecond or less.
  static let instructions: Int32 = 50_000

  private let isCancelled: () -> Bool
  /// Is told each time, from the thread on which the statement runs.
  var onLook: () -> Void = {}

  init(isCancelled: @escaping () -> Bool) { self.isCancelled = isCancelled }

  /// Whether the statement is to be given up; `watch` is one of these.
  static func look(_ watch: UnsafeMutableRawPointer?) -> Int32 {
    guard let watch else { return 0 }
    // Sound: the connection that calls keeps its watch.
    let looking = Unmanaged<StatementWatch>.fromOpaque(watch).takeUnretainedValue()
    looking.onLook()
    return looking.isCancelled() ? 1 : 0
  }
}

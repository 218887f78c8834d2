public import EventStore
import Synchronization
import System

/// Opens stores that are on a server, in a program that can reach one.
public struct ServerStores: Sendable {
  /// What the command line says of such a store.
  public struct Place {
    /// For example `clickhouse://analytics@db.example:8443/umami`.
    public let address: String
    /// The file with the user's password; nil if none is named.
    public let passwordFile: String?
    /// Where saved reports are kept.
    public let reports: ReportLibrary
    /// Takes the text of each statement of a report before it is sent; nil if nobody reads them.
    public let log: StatementLog?
  }

  let open: @Sendable (Place) throws(StoreError) -> any StoreBackend

  public init(open: @escaping @Sendable (Place) throws(StoreError) -> any StoreBackend) { self.open = open }

  /// Of a program that only reads files. It has handed such command lines over to another one.
  static let none = ServerStores { place throws(StoreError) in
    throw .usage("\(place.address): only footfall-clickhouse reads the events of a server")
  }

  /// The beginning of an address.
  static let scheme = "clickhouse://"

  /// Whether an argument is the address of a server, right or wrong.
  static func isAddress(_ argument: String) -> Bool { argument.utf8.starts(with: scheme.utf8) }
}

/// The statements by which a server computed reports.
public final class StatementLog: Sendable {
  private let statements = Mutex<[String]>([])

  /// Adds the text of a statement with its parameters, as the server's own client reads it.
  public func add(_ text: String) { statements.withLock { $0.append(text) } }

  /// The statements since the last call.
  func take() -> [String] {
    statements.withLock { statements in
      defer { statements = [] }
      return statements
    }
  }
}

/// The options of a store on a server.
struct ServerOptions {
  static let names = ["--reports", "--password-file"]

  private var reports: String?
  private var passwordFile: String?

  /// The first option that was given; nil if none was.
  private(set) var given: String?

  /// Takes the option if it is one of these; returns whether it is.
  mutating func take(
    _ name: String, _ value: String?, from arguments: inout Arguments
  ) throws(CommandError) -> Bool {
    guard Self.names.contains(name) else { return false }
    let path = try arguments.value(of: name, value)
    if path.isEmpty { throw .usage("\(name) needs the name of a file") }
    if name == "--reports" { reports = path } else { passwordFile = path }
    given = given ?? name
    return true
  }

  func open(
    _ address: String, with servers: ServerStores, log: StatementLog?, _ diagnostics: @escaping Diagnostics
  ) throws(StoreError) -> any StoreBackend {
    let library =
      if let reports { try ReportLibrary(path: reports, diagnostics: diagnostics) } else { ReportLibrary() }
    return try servers.open(
      ServerStores.Place(address: address, passwordFile: passwordFile, reports: library, log: log))
  }
}

/// Runs this command line by `footfall-clickhouse`, which takes this process over. Returns only if that is impossible: why.
func takeOverByServerProgram(_ arguments: [String]) -> String {
  let name = "footfall-clickhouse"
  // Beside this program, then where the shell would look.
  let own = pathOfThisProgram() ?? ""
  let folder = own.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(own[...$0]) } ?? ""
  for path in [folder + name, name] where !path.isEmpty {
    replaceProcess(path, [name] + arguments)
  }
  return
    "\(arguments.first { ServerStores.isAddress($0) } ?? "") is read by the program \(name), which is neither beside "
    + "footfall nor in PATH; build it with swift build -c release --product \(name)"
}

/// A program that runs as a child of this process and writes its output into a pipe.
///
/// When this object goes, the program is killed if it still runs, and no zombie remains.
public final class ChildProcess {
  /// The read end of the pipe, which this object closes.
  public let output: CInt
  /// Nil once the process has been waited for.
  private var id: pid_t?

  /// How a process ended.
  public enum Termination: Equatable, Sendable {
    case status(Int32)
    case signal(Int32)
  }

  /// Starts `program`, which is searched for in `PATH`, with the descriptors `input` as its stdin and `errors` as its
  /// stderr. Throws the number of the system's error: `ENOENT` if there is no such program.
  public init(_ program: String, _ arguments: [String], input: CInt, errors: CInt) throws(SystemFailure) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemFailure(errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var process = pid_t()
    let code = Self.spawn(&process, [program] + arguments, [input, ends[1], errors])
    close(ends[1])
    guard code == 0 else {
      close(ends[0])
      throw SystemFailure(errno: code)
    }
    output = ends[0]
    id = process
  }

  deinit {
    close(output)
    if let id {
      kill(id, SIGKILL)
      _ = Self.wait(for: id)
    }
  }

  /// Waits until the process has ended; call it once, after the end of ``output``.
  public func wait() -> Termination {
    guard let id else { return .status(0) }
    self.id = nil
    return Self.wait(for: id)
  }

  private static func wait(for id: pid_t) -> Termination {
    var status: CInt = 0
    while waitpid(id, &status, 0) < 0 {
      if errno != EINTR { return .status(-1) }
    }
    // The encoding of the macros WIFEXITED and WEXITSTATUS.
    return status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }

  /// Starts a process with `descriptors` as its descriptors 0, 1, 2; returns the number of the error, or 0.
  private static func spawn(_ id: inout pid_t, _ command: [String], _ descriptors: [CInt]) -> CInt {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (target, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(target))
    }
    // The signals that this process ignores or blocks are the child's as usual.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    return posix_spawnp(&id, command[0], &actions, &attributes, &arguments, environ)
  }
}

/// An error of the operating system.
public struct SystemFailure: Error, Equatable, CustomStringConvertible {
  /// The number of the error, such as `ENOENT`.
  public let errno: Int32

  public init(errno: Int32) { self.errno = errno }

  public var description: String { String(cString: strerror(errno)) }
}

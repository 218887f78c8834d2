import Synchronization
import System

/// A child process with pipes as its stdin and stdout; it shares our stderr.
///
/// Releasing this object closes the child's stdin and waits for its exit.
final class ChildProcess: Sendable {
  let id: pid_t
  /// The descriptor that writes to the child's stdin.
  let input: Int32
  /// The descriptor that reads from the child's stdout.
  let output: Int32
  /// The result of `waitpid`, once the process has exited.
  private let status = Mutex<Int32?>(nil)

  /// Starts a program, which is found by its path or, if that has no slash, in `PATH`.
  init(executable: String, arguments: [String]) throws(BenchmarkError) {
    let (toChild, fromChild) = (try Pipe(), try Pipe())
    (input, output) = (toChild.writeEnd, fromChild.readEnd)
    defer {
      close(toChild.readEnd)
      close(fromChild.writeEnd)
    }
    let code: Int32
    (code, id) = spawn(
      executable, arguments, standardInput: toChild.readEnd, standardOutput: fromChild.writeEnd)
    if code != 0 {
      close(input)
      close(output)
      throw .system("run \(executable)", code)
    }
  }

  deinit {
    // If the child was never started, there is nothing to end.
    if id == 0 { return }
    _ = end()
  }

  /// Closes the pipes and waits for the process to exit.
  ///
  /// - Returns: whether it exited by itself with code 0.
  func end() -> Bool {
    status.withLock { known in
      if let known { return known == 0 }
      close(input)
      close(output)
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      known = status
      return status == 0
    }
  }
}

/// Starts a process; returns an error number, or 0 if it succeeded, and the process id.
private func spawn(
  _ executable: String, _ arguments: [String], standardInput: Int32, standardOutput: Int32
) -> (code: Int32, id: pid_t) {
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
  #else
    var actions = posix_spawn_file_actions_t()
  #endif
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
  posix_spawn_file_actions_adddup2(&actions, standardOutput, STDOUT_FILENO)
  var words = ([executable] + arguments).map { strdup($0) }
  defer { for word in words { free(word) } }
  words.append(nil)
  var id: pid_t = 0
  let code = posix_spawnp(&id, executable, &actions, nil, words, environ)
  return (code, id)
}

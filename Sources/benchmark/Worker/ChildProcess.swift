import Synchronization
import System

/// A child process with pipes at its standard input and output; its standard error is ours.
///
/// Ends with this object: its input is closed, and it is waited for.
final class ChildProcess: Sendable {
  let id: pid_t
  /// Where the child reads from.
  let input: Int32
  /// Where the child writes to.
  let output: Int32
  /// What `waitpid` said of the process, once it has ended.
  private let status = Mutex<Int32?>(nil)

  /// Starts a program that is found by its path or, if that has no slash, as a shell finds it.
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
    // An error of a child that was never started is thrown before there is anything to end.
    if id == 0 { return }
    _ = end()
  }

  /// Closes the pipes and waits for the end of the process.
  ///
  /// - Returns: whether it ended by itself, with exit code 0.
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

/// Starts a process; the result is an error number, 0 where there is none, and the process's id.
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

import System

/// The time of a write that is on disk when it returns; every commit has to wait for such a write.
func timeSynchronousWrites(_ folder: ScratchFolder, runs: Int) throws(BenchmarkError) -> Samples {
  let path = folder.path("synchronous")
  let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
  if descriptor < 0 { throw .system("write \(path)", errno) }
  defer { close(descriptor) }
  let page = [UInt8](repeating: 1, count: 4096)
  var durations: [Duration] = []
  for _ in 0..<(10 * runs) {
    let start = ContinuousClock.now
    guard writeAll(descriptor, page), fsync(descriptor) == 0 else {
      throw .system("write \(path)", errno)
    }
    durations.append(ContinuousClock.now - start)
  }
  return Samples(durations)
}

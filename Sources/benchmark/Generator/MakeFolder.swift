import System

/// Creates the directory at `path` if it does not exist. Its parent must exist.
func makeFolder(_ path: String) throws(BenchmarkError) {
  if mkdir(path, 0o755) != 0, errno != EEXIST { throw .system("make the folder \(path)", errno) }
}

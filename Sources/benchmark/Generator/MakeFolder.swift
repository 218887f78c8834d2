import System

/// Makes the folder at `path`, whose parent must be there, unless it is there already.
func makeFolder(_ path: String) throws(BenchmarkError) {
  if mkdir(path, 0o755) != 0, errno != EEXIST { throw .system("make the folder \(path)", errno) }
}

import System

/// The absolute path that `path` leads to; itself where it leads nowhere.
func realPath(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The path from the root, without that links are followed; itself where nobody knows in which folder we are.
func absolutePath(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return "\(String(cString: folder))/\(path)"
}

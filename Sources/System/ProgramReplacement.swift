/// The path of the running program; nil if the system does not tell.
public func pathOfThisProgram() -> String? {
  #if os(Linux)
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    if count > 0 { return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) }
  #endif
  let name = CommandLine.arguments.first ?? ""
  return name.utf8.contains(UInt8(ascii: "/")) ? name : nil
}

/// Runs another program in place of this one, with the same descriptors and environment. Returns only if that fails.
///
/// - Parameters:
///   - program: A path, or a name that is searched for in `PATH`.
///   - arguments: The name of the program, and its arguments.
public func replaceProcess(_ program: String, _ arguments: [String]) {
  var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  words.append(nil)
  execvp(program, words)
  for word in words { free(word) }
}

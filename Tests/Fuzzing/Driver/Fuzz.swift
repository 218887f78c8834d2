import System

/// `fuzz --target=NAME OPTION... FOLDER...`: libFuzzer over one of the targets. It looks at what an input makes
/// the program do, and goes on from those that made it do something new, which it keeps in the first folder.
/// `Tests/Fuzzing/run` builds and calls it.
@main
struct Fuzz {
  static func main() throws {
    let named = CommandLine.arguments.compactMap { argument in
      FuzzTarget.all.first { argument == "--target=\($0.name)" }
    }
    guard let target = named.first else {
      let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
      fatalError("--target=NAME is missing; there are \(names)")
    }
    check = try target.prepare()
    var count = CommandLine.argc
    // Sound: the strings live as long as the process, and libFuzzer changes its own copy of the array.
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = CommandLine.unsafeArgv
    exit(runFuzzer(&count, &arguments, checkInput))
  }

  /// What every input is given to; set before the first one comes, on the only thread that there is.
  nonisolated(unsafe) fileprivate static var check: ((_ input: [UInt8]) throws(Violation) -> Void)?
}

/// What does not hold ends the process, by which libFuzzer sees that the input is worth keeping.
private func checkInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  do throws(Violation) {
    // Sound: libFuzzer's bytes live for the call.
    try Fuzz.check?(Array(UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}

// LibFuzzer's entry for programs with a `main` of their own (llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a
// library"); no header of it comes with the toolchain.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ argumentCount: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ check: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

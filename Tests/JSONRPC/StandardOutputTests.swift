import System
import Testing

@testable import JSONRPC

@Suite struct StandardOutputTests {
  @Test func `printed text goes to stderr, replies go to the original stdout`() throws {
    let (output, diagnostics) = (try Pipe(), try Pipe())
    let kept = try reserve(output.writing, redirectingTo: diagnostics.writing)
    #expect(kept > STDERR_FILENO)
    #expect(fcntl(kept, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
    write(kept, "reply\n", 6)
    output.write(Array("printed\n".utf8))
    close(kept)
    #expect(output.readLine() == "reply")
    #expect(diagnostics.readLine() == "printed")
  }

  @Test func `if stderr is closed, stdout stays unchanged`() throws {
    let output = try Pipe()
    #expect(throws: TransportError("redirect stdout to stderr", code: EBADF)) {
      try reserve(output.writing, redirectingTo: -1)
    }
    output.write(Array("printed\n".utf8))
    #expect(output.readLine() == "printed")
  }
}

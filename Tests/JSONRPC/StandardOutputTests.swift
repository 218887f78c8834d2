import System
import Testing

@testable import JSONRPC

@Suite struct StandardOutputTests {
  @Test func `what is printed goes to the diagnostics, replies to where the output was`() throws {
    let (output, diagnostics) = (try Pipe(), try Pipe())
    let kept = try takeOver(output.writing, pointingItAt: diagnostics.writing)
    #expect(kept > STDERR_FILENO)
    #expect(fcntl(kept, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
    write(kept, "reply\n", 6)
    output.write(Array("printed\n".utf8))
    close(kept)
    #expect(output.readLine() == "reply")
    #expect(diagnostics.readLine() == "printed")
  }

  @Test func `without diagnostics the output stays what it was`() throws {
    let output = try Pipe()
    #expect(throws: TransportError("point the standard output at the standard error", code: EBADF)) {
      try takeOver(output.writing, pointingItAt: -1)
    }
    output.write(Array("printed\n".utf8))
    #expect(output.readLine() == "printed")
  }
}

import EventStore
import Testing

@testable import Commands

struct ExitCodeTests {
  @Test func `every error of the store has an exit code`() {
    #expect(ExitCode(StoreError.usage("")) == .usage)
    #expect(ExitCode(StoreError.noSuchFile(path: "")) == .noInput)
    #expect(ExitCode(StoreError.damaged(path: "", sentence: "")) == .data)
    #expect(ExitCode(StoreError.unterminatedQuote(path: "", line: 1)) == .data)
    #expect(ExitCode(StoreError.busy(path: "")) == .inputOutput)
  }
}

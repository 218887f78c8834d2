import Foundation
import TestSupport
import Testing

/// Standard descriptors that are closed, full, or something else than a pipe.
@Suite struct StreamFaultTests {
  private let files: FaultFiles
  private let store: String

  init() throws {
    files = try FaultFiles()
    store = try files.make(.ownStore, "store.db", events: 50)
  }

  private static let look = "\(StoreReply.request)\n"

  /// What a shell says of a command line in which `footfall` is the built one, and `$S` the store.
  private func shell(_ line: String, input: String = "") throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      ["-c", "footfall() { '\(BuiltBinary.url.path)' \"$@\"; }; S='\(store)'; \(line)"],
      executable: URL(fileURLWithPath: "/bin/bash"), input: Data(input.utf8), in: files.folder.url)
  }

  private func check(
    _ line: String, input: String = look, ends code: Int32, replies: Int = 0, saying part: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try shell(line, input: input)
    #expect(outcome.exitCode == code, "\(line): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.lines.count == replies, "\(line): \(outcome.lines)", sourceLocation: sourceLocation)
    #expect(
      part.isEmpty ? outcome.errors == "" : outcome.errors.contains(part), "\(line): \(outcome.errors)",
      sourceLocation: sourceLocation)
  }

  @Test func `an input that ends in mid-line is answered as far as it is JSON`() throws {
    try check("footfall serve $S", input: Self.look + StoreReply.request, ends: 0, replies: 2)
    let cut = try shell("footfall serve $S", input: Self.look + String(StoreReply.request.dropLast(3)))
    #expect(cut.exitCode == 0 && cut.lines.count == 2)
    #expect(cut.lines.last?.contains(#""id":null,"error":{"code":-32700"#) == true)
    let cutInCharacter = try BuiltBinary.run(["serve", store], input: Data(Self.look.utf8) + [0x22, 0xC3])
    #expect(cutInCharacter.exitCode == 0 && cutInCharacter.lines.last?.contains("-32700") == true)
  }

  @Test func `an input that ends in mid-message behind headers gets an error and ends with 0`() throws {
    let message = "Content-Length: \(StoreReply.request.utf8.count)\r\n\r\n\(StoreReply.request)"
    for cut in [1, 20, StoreReply.request.utf8.count + 2] {
      let outcome = try shell("footfall serve $S", input: message + message.dropLast(cut))
      let output = String(decoding: outcome.output, as: UTF8.self)
      #expect(outcome.exitCode == 0)
      #expect(output.components(separatedBy: "Content-Length: ").count == 3, "\(output)")
      #expect(output.contains(#""result":[{"id":"w""#) && output.contains("-32700"), "\(output)")
    }
  }

  @Test func `an input that is none is named`() throws {
    try check("footfall serve $S <&-", ends: 74, saying: "cannot read requests: Bad file descriptor")
    try check("footfall serve $S < .", ends: 74, saying: "cannot read requests: Is a directory")
    try check("footfall serve $S < /dev/null", ends: 0)
  }

  @Test func `a full output is named, and the next process has all that was done`() throws {
    let full = "No space left on device"
    try check("footfall serve $S > /dev/full", ends: 74, saying: "cannot write replies: \(full)")
    for command in ["websites $S", "report utm $S --during 2025", "schema", "--help", "--version"] {
      try check(
        "footfall \(command) > /dev/full", ends: 74, saying: "cannot write to the standard output: \(full)")
    }
    _ = try files.make(.csv, "more.csv", events: 60)
    try check("footfall import $S more.csv > /dev/full", ends: 74, saying: full)
    #expect(try shell("footfall websites $S | cut -d, -f4 | tr -d '\\r'").lines == ["events", "60"])
  }

  @Test func `an output that is closed from the start is named`() throws {
    try check("footfall serve $S >&-", ends: 74, saying: "cannot write replies: Bad file descriptor")
    try check("footfall websites $S >&-", ends: 74, saying: "cannot write to the standard output")
  }

  @Test func `whoever stops reading is none of our business`() throws {
    let requests = String(repeating: Self.look, count: 5000)
    for command in [
      "serve $S", "schema", "websites $S", "report insights $S --field url --during 2025", "--help",
    ] {
      // `sleep` closes what it does not read at once; the pipe may be full or empty then.
      try check(
        "footfall \(command) | sleep 0; exit ${PIPESTATUS[0]}", input: requests, ends: 0)
      try check(
        "footfall \(command) | head -c 1 > /dev/null; exit ${PIPESTATUS[0]}", input: requests, ends: 0)
    }
    _ = try files.make(.csv, "more.csv", events: 60)
    try check("sleep 0.3 | footfall import $S more.csv | true; exit ${PIPESTATUS[1]}", ends: 0)
  }

  @Test func `nobody has to listen to the standard error`() throws {
    for errors in ["2>/dev/full", "2>&-", "2> >(true)"] {
      try check("footfall serve $S \(errors)", ends: 0, replies: 1)
      try check("footfall serve nowhere.csv \(errors)", ends: 66)
      _ = try files.folder.file("bad.csv", FaultFiles.header + "w,s,v,e,yesterday,1,/\n")
      try check("footfall serve bad.csv \(errors)", ends: 0, replies: 1)
    }
  }

  @Test func `no file takes the place of a closed descriptor`() throws {
    let bad = try files.folder.file(
      "bad.csv", FaultFiles.header + FaultFiles.rows(9) + "w,s,v,e,yesterday,1,/\n")
    try check("footfall serve \(bad) --cache cache <&- >&- 2>&-", ends: 74)
    // What is said of the bad row would stand in the first file that is written.
    try check("footfall serve \(bad) --cache cache 2>&-", ends: 0, replies: 1)
    try check("footfall serve \(bad) --cache cache 2>/dev/null", ends: 0, replies: 1)
    try check("footfall import new.db \(bad) <&- >&- 2>&-", ends: 74)
    let ok = try BuiltBinary.run(
      ["new.db", "PRAGMA integrity_check; SELECT count(*) FROM website_event"],
      executable: URL(fileURLWithPath: "/usr/bin/sqlite3"), in: files.folder.url)
    #expect(ok.lines == ["ok", "9"])
  }
}

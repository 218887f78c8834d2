import Foundation
import TestSupport
import Testing

@testable import ClickHouse

@Suite(.serialized, .enabled(if: TestServer.isInstalled)) struct ClientTests {
  private func client(_ server: TestServer, _ parameters: String = "", password: String? = nil) throws
    -> Client
  {
    Client(
      try Address("clickhouse://127.0.0.1:\(server.port)/default?\(parameters)"), password: password,
      newID: { UUID().uuidString })
  }

  private func texts(_ client: Client, _ sql: SQL, isCancelled: () -> Bool = { false }) throws -> [String] {
    try client.rows(of: Statement(sql), isCancelled: isCancelled) { reader throws(ClickHouseError) in
      try reader.text()
    }
  }

  private func error(_ body: () throws -> [String]) -> String {
    do { return "no error, \(try body().count) rows" } catch { return "\(error)" }
  }

  private static let hostile = [
    "", "a'b", #"a\"#, #"\N"#, "a\tb\nc\r\u{0}", "'); DROP TABLE x; --", "{q:String}", "%00&query=SELECT 1",
    "é\u{1F600}",
    "Code: 1. DB::Exception: x",
  ]

  @Test func `rows come back as they are, and values reach the server as parameters only`() throws {
    let server = try TestServer()
    let client = try client(server)
    for text in Self.hostile {
      #expect(try texts(client, "SELECT \(value: text)") == [text])
      #expect(try texts(client, "SELECT arrayJoin(\(value: [text, "b"]))") == [text, "b"])
    }
    #expect(try texts(client, "SELECT toString(number) FROM numbers(\(value: 100_000))").count == 100_000)
    #expect(try texts(client, "SELECT '' WHERE false").isEmpty)
    for request in try server.requests() {
      let body = request.firstMatch(of: /"body": ?"((?:[^"\\]|\\.)*)"/).map { String($0.1) } ?? ""
      #expect(!body.isEmpty && Self.hostile.dropFirst().allSatisfy { !body.contains($0) }, "\(body)")
    }
  }

  @Test func `the test server answers as ClickHouse does`() throws {
    let outcome = try BuiltBinary.run(
      ["python3", "-m", "unittest", "test_server"], executable: URL(fileURLWithPath: "/usr/bin/env"),
      in: BuiltBinary.checkout.appendingPathComponent("Tests/ClickHouse"),
      environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    #expect(outcome.exitCode == 0, "\(outcome.errors.suffix(3000))")
  }

  @Test func `errors of the server are told in its words`() throws {
    let server = try TestServer()
    let client = try client(server)
    #expect(error { try texts(client, "SELECT nothing") }.contains("nothing"))
    #expect(error { try texts(client, "SELECT nothing") }.contains("(code 47)"))
    try server.fault("name=memory&times=1")
    #expect(error { try texts(client, "SELECT '1'") }.contains("(code 241)"))
    #expect(try texts(client, "SELECT '1'") == ["1"])
  }

  @Test func `a wrong password is refused, and is in no message`() throws {
    let server = try TestServer(["--user", "reader", "--password", "right"])
    let address = try Address("clickhouse://reader@127.0.0.1:\(server.port)/default")
    let right = Client(address, password: "right", newID: { UUID().uuidString })
    #expect(try texts(right, "SELECT '1'") == ["1"])
    let wrong = Client(address, password: "wrong-secret", newID: { UUID().uuidString })
    let message = error { try texts(wrong, "SELECT '1'") }
    #expect(message.contains("refuses the password of user \"reader\"") && !message.contains("secret"))
  }

  @Test func `nothing that listens and an unknown name are told apart`() throws {
    let closed = Client(
      try Address("clickhouse://127.0.0.1:1/x"), password: nil, newID: { UUID().uuidString })
    #expect(error { try texts(closed, "SELECT 1") }.contains("cannot reach ClickHouse at 127.0.0.1:1"))
    let unknown = Client(
      try Address("clickhouse://no-such-host.invalid/x"), password: nil, newID: { UUID().uuidString })
    #expect(
      error { try texts(unknown, "SELECT 1") }.contains("cannot reach ClickHouse at no-such-host.invalid"))
  }

  @Test(arguments: [
    "name=cut&after=10&times=1", "name=cut-clean&after=10&times=1", "name=restart&after=0&away=1&times=1",
    "name=empty&times=1", "name=cut&after=0&times=1",
  ])
  func `a statement whose answer did not arrive is sent once more`(fault: String) throws {
    let server = try TestServer()
    let client = try client(server)
    try server.fault(fault)
    #expect(try texts(client, "SELECT toString(number) FROM numbers(1000)").count == 1000)
  }

  @Test(arguments: ["cut&after=10", "cut-clean&after=10", "empty", "garbage", "status&status=502"])
  func `an answer that never arrives whole is an error, and the next one is good`(fault: String) throws {
    let server = try TestServer()
    let client = try client(server)
    try server.fault("name=\(fault)")
    let message = error { try texts(client, "SELECT toString(number) FROM numbers(1000)") }
    #expect(message.contains("ClickHouse") && !message.contains("no error"), "\(message)")
    try server.fault("name=none")
    #expect(try texts(client, "SELECT '1'") == ["1"])
  }

  @Test(arguments: ["23.8", "24.8", "25.3", "25.11", "26.9"])
  func `an error behind the first rows is an error, in the form of each version`(version: String) throws {
    let server = try TestServer(["--version", version])
    let client = try client(server)
    try server.fault("name=exception-late&after=100&code=241")
    let message = error { try texts(client, "SELECT toString(number) FROM numbers(1000)") }
    #expect(!message.contains("no error"), "\(message)")
    try server.fault("name=none")
    #expect(try texts(client, "SELECT '1'") == ["1"])
  }

  @Test func `a slow answer is waited for, and given up after its limit`() throws {
    let server = try TestServer()
    let client = try client(server, "seconds=1")
    #expect(
      error {
        try texts(client, "SELECT toString(sleepEachRow(1)) FROM numbers(3) SETTINGS max_block_size = 1")
      }.contains("within"))
    try server.fault("name=slow&after=300&times=1")
    #expect(try texts(client, "SELECT '1'") == ["1"])
  }

  @Test func `a cancelled query is cancelled on the server`() throws {
    let server = try TestServer()
    let client = try client(server)
    let start = ContinuousClock.now
    let message = error {
      try texts(
        client, "SELECT toString(sum(sleepEachRow(0.1))) FROM numbers(100) SETTINGS max_block_size = 1",
        isCancelled: { ContinuousClock.now - start > .milliseconds(300) })
    }
    #expect(message == "cancelled")
    #expect(try server.requests().contains { $0.contains("KILL QUERY") })
    #expect(try !server.state().contains("sleepEachRow"))
    #expect(try texts(client, "SELECT '1'") == ["1"])
  }

  @Test func `a certificate of an unknown authority is not trusted`() throws {
    let scratch = try TemporaryFolder()
    let (certificate, key) = (scratch.path("cert.pem"), scratch.path("key.pem"))
    let made = try BuiltBinary.run(
      [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
      ], executable: URL(fileURLWithPath: "/usr/bin/env"))
    #expect(made.exitCode == 0, "\(made.errors)")
    let server = try TestServer(["--tls", certificate, key])
    let untrusted = try client(server, "secure=true")
    #expect(error { try texts(untrusted, "SELECT '1'") }.contains("cannot trust 127.0.0.1"))
    let plain = try client(server, "secure=false")
    #expect(!error { try texts(plain, "SELECT '1'") }.contains("no error"))
  }
}

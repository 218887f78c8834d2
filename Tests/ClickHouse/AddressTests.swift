import Foundation
import Testing

@testable import ClickHouse

@Suite struct AddressTests {
  @Test(arguments: [
    ("clickhouse://db.example", "https db.example 8443 default nil"),
    ("clickhouse://db.example/umami", "https db.example 8443 umami nil"),
    ("clickhouse://reader@db.example:9443/umami?secure=true", "https db.example 9443 umami reader"),
    ("clickhouse://db.example?secure=false", "http db.example 8123 default nil"),
    ("clickhouse://localhost/umami", "http localhost 8123 umami nil"),
    ("clickhouse://127.0.0.1:18123/umami?secure=true", "https 127.0.0.1 18123 umami nil"),
    ("clickhouse://a%40b@db/x%20y", "https db 8443 x y a@b"),
    ("clickhouse://db:65535?seconds=86400", "https db 65535 default nil"),
  ])
  func `an address says host, port, database and user`(text: String, parts: String) throws {
    let address = try Address(text)
    #expect(
      "\(address.isSecure ? "https" : "http") \(address.host) \(address.port) \(address.database) \(address.user ?? "nil")"
        == parts)
  }

  @Test func `a number of IPv6 stands in brackets`() throws {
    let address = try Address("clickhouse://[::1]:18132/umami")
    #expect(address.url([])?.absoluteString == "http://[::1]:18132/?")
  }

  @Test func `parameters name tables and limits`() throws {
    let address = try Address(
      "clickhouse://db/u?table=events&properties=data&arrival=n&seconds=5&memory=7")
    #expect(address.table == "events" && address.propertiesTable == "data" && address.arrivalColumn == "n")
    #expect(address.limits == QueryLimits(seconds: 5, memoryBytes: 7))
  }

  @Test func `what an address does not say comes from the environment`() throws {
    let variables = ["FOOTFALL_CLICKHOUSE_USER": "reader", "FOOTFALL_CLICKHOUSE_SECONDS": "9"]
    #expect(try Address("clickhouse://db", variable: { variables[$0] }).user == "reader")
    #expect(try Address("clickhouse://me@db", variable: { variables[$0] }).user == "me")
    #expect(try Address("clickhouse://db?seconds=3", variable: { variables[$0] }).limits.seconds == 3)
    #expect(try Address("clickhouse://db", variable: { variables[$0] }).limits.seconds == 9)
  }

  @Test(arguments: [
    ("clickhouse://", "is not an address of ClickHouse"), ("clickhouse:///umami", "is not an address"),
    ("http://db", "is not an address"), ("clickhouse://me:secret@db", "must not have a password"),
    ("clickhouse://me:sec/secret@db/umami", "must not have a password"),
    ("clickhouse://me:99999#secret@db", "must not have a password"),
    ("clickhouse://me:12#secret@db", "must not have a password"),
    ("clickhouse://db?tabel=x", "has no parameter \"tabel\"; did you mean table?"),
    ("clickhouse://db?secure=yes", "secure must be true or false"),
    ("clickhouse://db?seconds=-1", "seconds must be a whole number from 1 to 86400"),
    ("clickhouse://db?seconds=86401", "seconds must be a whole number from 1 to 86400"),
    ("clickhouse://db?memory=9223372036854775808", "memory must be a whole number"),
    ("clickhouse://db:0", "ports are 1 to 65535"), ("clickhouse://db:65536", "ports are 1 to 65535"),
  ])
  func `a wrong address is refused with what would be right`(text: String, sentence: String) {
    #expect {
      _ = try Address(text)
    } throws: { error in
      let description = (error as? AddressError)?.description ?? ""
      return description.contains(sentence) && !description.contains("secret")
    }
  }
}

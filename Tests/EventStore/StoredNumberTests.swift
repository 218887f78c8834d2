import Engine
import Testing

@testable import EventStore

struct StoredNumberTests {
  @Test func `four decimals come back from SQLite exactly`() throws {
    let folder = try TemporaryFolder()
    let connection = try Connection(path: folder.file("n.db"), mode: .create)
    try connection.execute("CREATE TABLE n (value)")
    let insert = try connection.prepare("INSERT INTO n VALUES (?1)")
    let numbers = [
      "0", "0.1", "34.84", "-0.0001", "999999999.9999", "99999999999.9999", "100000000000.0001",
      "123456789012345.6789", "-123456789012345.6789", "922337203685477.5807", "-922337203685477.5808",
      "123456789012345", "0.0003", "1.0005", "4503599627.3705",
    ].map { text in Array(text.utf8).withUnsafeBufferPointer { parseTenThousandths($0) } ?? -1 }
    for number in numbers {
      try insert.bind(StoredNumber(tenThousandths: number), at: 1)
      try insert.run()
    }
    let select = try connection.prepare("SELECT value FROM n ORDER BY rowid")
    for number in numbers {
      #expect(try select.step())
      #expect(select.tenThousandths(0) == number)
    }
  }

  @Test func `numbers are stored as numbers as long as a double tells them apart`() {
    func check(_ number: Int64, _ expected: StoredNumber) {
      #expect(StoredNumber(tenThousandths: number) == expected)
    }
    check(0, .integer(0))
    check(-50_000, .integer(-5))
    check(348_400, .real(34.84))
    check(999_999_999_999_999, .real(99_999_999_999.9999))
    check(1_000_000_000_000_001, .text("100000000000.0001"))
    check(-1_234_567_890_123_456_789, .text("-123456789012345.6789"))
    check(1_234_567_890_123_450_000, .integer(123_456_789_012_345))
  }

  @Test func `decimals are written with four places or with those that are needed`() {
    func check(_ number: Int64, _ four: String, _ shortest: String) {
      #expect(fourDecimals(number) == four)
      #expect(shortestDecimal(number) == shortest)
    }
    check(0, "0.0000", "0")
    check(1, "0.0001", "0.0001")
    check(-1_000, "-0.1000", "-0.1")
    check(100_000, "10.0000", "10")
    check(348_400, "34.8400", "34.84")
    check(.max, "922337203685477.5807", "922337203685477.5807")
    check(.min, "-922337203685477.5808", "-922337203685477.5808")
  }

  @Test func `doubles mean their shortest decimal`() {
    #expect(realInTenThousandths(0.1) == 1_000)
    #expect(realInTenThousandths(1.00005) == 10_001)
    #expect(realInTenThousandths(0.00004) == 0)
    #expect(realInTenThousandths(1e10) == 100_000_000_000_000)
    #expect(realInTenThousandths(1e15) == nil)
    #expect(realInTenThousandths(.nan) == nil)
    #expect(realInTenThousandths(.infinity) == nil)
    #expect(wholeInTenThousandths(.max) == nil)
  }
}

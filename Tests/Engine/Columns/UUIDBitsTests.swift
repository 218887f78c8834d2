import System
import Testing

struct UUIDBitsTests {
  private static let text = "01234567-89ab-cdef-0123-456789abcdef"

  @Test func `bytes and text are read and written`() throws {
    let uuid = try #require(UUIDBits(Self.text))
    #expect(uuid == UUIDBits(high: 0x0123_4567_89AB_CDEF, low: 0x0123_4567_89AB_CDEF))
    #expect(uuid.text == Self.text)
    #expect(UUIDBits(bytes: uuid.bytes) == uuid)
    #expect(UUIDBits(Self.text.uppercased()) == uuid)
    #expect(UUIDBits("ffffffff-ffff-ffff-ffff-ffffffffffff") == UUIDBits(high: .max, low: .max))
  }

  @Test(arguments: [false, true])
  func `at each position only a hexadecimal digit or a hyphen is read`(allowsCapitals: Bool) {
    for position in 0..<UUIDBits.textLength {
      for byte in UInt8.min...UInt8.max {
        var text = Array(Self.text.utf8)
        text[position] = byte
        let isCapital = UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte
        let isDigit = hexadecimalValue(byte) != nil && (allowsCapitals || !isCapital)
        let isHyphen = [8, 13, 18, 23].contains(position)
        let isRead = text.withUnsafeBufferPointer { UUIDBits($0, allowsCapitals: allowsCapitals) != nil }
        #expect(isRead == (isHyphen ? byte == UInt8(ascii: "-") : isDigit), "\(byte) at \(position)")
      }
    }
  }

  @Test(arguments: ["", String(text.dropLast()), text + "0", "{\(text.dropLast(2))}"])
  func `a text of another length or form is no UUID`(text: String) {
    #expect(UUIDBits(text) == nil)
  }

  @Test func `a version replaces six bits`() {
    #expect(UUIDBits(version: 8, high: .max, low: .max).text == "ffffffff-ffff-8fff-bfff-ffffffffffff")
    #expect(UUIDBits(version: 4, high: 0, low: 0).text == "00000000-0000-4000-8000-000000000000")
  }
}

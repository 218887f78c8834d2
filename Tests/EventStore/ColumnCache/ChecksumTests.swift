import TestSupport
import Testing

@testable import EventStore

struct ChecksumTests {
  private func bytes(_ count: Int) -> [UInt8] {
    var random = SeededGenerator(seed: UInt64(count))
    return (0..<count).map { _ in .random(in: 0...255, using: &random) }
  }

  @Test(arguments: [0, 1, 7, 8, 31, 32, 33, 64, 65, 1000]) func `every flipped bit changes it`(count: Int) {
    for original in [bytes(count), Array(repeating: 0, count: count)] {
      let expected = checksum(original)
      var bytes = original
      for place in bytes.indices {
        for bit in 0..<8 as Range<UInt8> {
          bytes[place] ^= 1 << bit
          #expect(checksum(bytes) != expected, "byte \(place), bit \(bit)")
          bytes[place] ^= 1 << bit
        }
      }
      #expect(checksum(bytes) == expected)
    }
  }

  @Test func `lengths count`() {
    let checksums = (0...200).map { checksum(Array(repeating: 0, count: $0)) }
    #expect(Set(checksums).count == checksums.count)
  }

  @Test(arguments: [31, 32, 64, 100, 1000]) func `the order counts`(count: Int) {
    let original = bytes(count)
    let expected = checksum(original)
    for distance in [1, 8, 32] where distance < count {
      for place in 0..<(count - distance) where original[place] != original[place + distance] {
        var bytes = original
        bytes.swapAt(place, place + distance)
        #expect(checksum(bytes) != expected, "\(place) and \(place + distance)")
      }
    }
  }

  @Test func `where the bytes stand in memory does not count`() {
    let original = bytes(100)
    for shift in 0..<9 {
      let shifted = Array(repeating: 0, count: shift) + original
      let found = shifted.withUnsafeBytes { checksum(UnsafeRawBufferPointer(rebasing: $0[shift...])) }
      #expect(found == checksum(original))
    }
  }

  /// Checksums stand in files: when they come out otherwise, the version of the files has to go up.
  @Test func `it is what it was when files were written`() {
    #expect(ColumnFile.version == 6)
    #expect(hexadecimal(checksum([])) == "a8aac75138efc657")
    #expect(hexadecimal(checksum((0..<100).map { $0 })) == "ff2f35815d0f819c")
  }
}

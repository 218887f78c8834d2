import TestSupport
import Testing

@testable import EventStore

struct ChecksumTests {
  private let key = CacheKey(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210)

  private func checksum(_ bytes: [UInt8]) -> UInt64 { key.checksum(bytes, of: .section) }

  private func bytes(_ count: Int) -> [UInt8] {
    var random = SeededGenerator(seed: UInt64(count))
    return (0..<count).map { _ in .random(in: 0...255, using: &random) }
  }

  @Test(arguments: [0, 1, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000])
  func `every flipped bit changes it`(count: Int) {
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

  /// A flipped bit in a word, and one in a word behind it.
  @Test(arguments: [1, 2, 4, 8, 16]) func `no flipped bit makes up for another`(distance: Int) {
    let original = bytes(320)
    var seen: Set<UInt64> = [checksum(original)]
    for word in [0, 3, 7, 15] {
      for (first, second) in (0..<64).flatMap({ first in (0..<64).map { (first, $0) } }) {
        var bytes = original
        bytes[8 * word + first / 8] ^= 1 << UInt8(first % 8)
        bytes[8 * (word + distance) + second / 8] ^= 1 << UInt8(second % 8)
        #expect(seen.insert(checksum(bytes)).inserted, "bits \(first) and \(second) from word \(word) on")
      }
    }
  }

  @Test func `every changed byte of several pieces changes it`() {
    let original = bytes(70_001)
    let expected = checksum(original)
    for place in stride(from: 0, to: original.count, by: 97) {
      var bytes = original
      bytes[place] ^= 1
      #expect(checksum(bytes) != expected, "byte \(place)")
    }
  }

  @Test func `lengths count`() {
    let checksums = (0...200).map { checksum(Array(repeating: 0, count: $0)) }
    #expect(Set(checksums).count == checksums.count)
  }

  @Test(arguments: [31, 32, 64, 100, 1000]) func `the order counts`(count: Int) {
    let original = bytes(count)
    let expected = checksum(original)
    for distance in [1, 8, 16, 32, 64] where distance < count {
      for place in 0..<(count - distance) where original[place] != original[place + distance] {
        var bytes = original
        bytes.swapAt(place, place + distance)
        #expect(checksum(bytes) != expected, "\(place) and \(place + distance)")
      }
    }
  }

  @Test func `where the bytes are in memory does not count`() {
    let original = bytes(100)
    for shift in 0..<9 {
      let shifted = Array(repeating: 0, count: shift) + original
      let found = shifted.withUnsafeBytes {
        key.checksum(UnsafeRawBufferPointer(rebasing: $0[shift...]), of: .section)
      }
      #expect(found == checksum(original))
    }
  }

  @Test(arguments: [0, 1, 1 << 15 - 1, 1 << 15, 1 << 15 + 1, 100_000])
  func `all bytes are looked at, in order`(count: Int) {
    let original = bytes(count)
    var seen: [UInt8] = []
    let found = original.withUnsafeBytes { bytes in
      key.checksum(bytes, of: .section) {
        #expect(seen.count.isMultiple(of: 8))
        seen += $0
      }
    }
    #expect(seen == original && found == checksum(original))
  }

  @Test(arguments: [0, 1, 64, 1000]) func `every bit of the key counts, and what the bytes are`(count: Int) {
    let original = bytes(count)
    var keys = [key, .published, CacheKey(0, 0)]
    for bit in 0..<64 as Range<UInt64> { keys += [CacheKey(1 << bit, 0), CacheKey(0, 1 << bit)] }
    let contents: [CacheKey.Content] = [.manifest, .table, .section, .text]
    let checksums = keys.flatMap { key in contents.map { key.checksum(original, of: $0) } }
    #expect(Set(checksums).count == keys.count * contents.count)
    #expect(Set(keys.map(\.checkValue)).count == keys.count)
  }

  @Test(arguments: [0, 8, 15, 17, 32]) func `a key is 16 bytes`(count: Int) {
    bytes(count).withUnsafeBufferPointer { #expect(CacheKey($0) == nil) }
    bytes(16).withUnsafeBufferPointer { #expect(CacheKey($0) != nil) }
    let ascending = (0..<16).map { UInt8($0) }
    ascending.withUnsafeBufferPointer {
      #expect(CacheKey($0) == CacheKey(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))
    }
  }

  /// Checksums are in files: when they come out otherwise, the version of the files has to go up.
  @Test func `it is what it was when files were written`() {
    #expect(ColumnFile.version == 10)
    #expect(hexadecimal(checksum([])) == "3ad3262ea2021c55")
    #expect(hexadecimal(checksum((0..<100).map { $0 })) == "418b85ca3f0d5575")
    #expect(hexadecimal(checksum((0..<70_000).map { UInt8($0 % 251) })) == "e87de57ac6efa27f")
    #expect(hexadecimal(key.checkValue) == "401fa95095db6124")
  }
}

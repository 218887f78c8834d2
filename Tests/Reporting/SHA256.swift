import Foundation

/// The SHA-256 of bytes (FIPS 180-4), in the form of a Content Security Policy: `sha256-…`.
func policyHash(_ text: String) -> String {
  "sha256-" + Data(sha256(Array(text.utf8))).base64EncodedString()
}

private func sha256(_ message: [UInt8]) -> [UInt8] {
  var hash = roots(of: primes(8), power: 2)
  let constants = roots(of: primes(64), power: 3)
  var bytes = message + [0x80]
  while bytes.count % 64 != 56 { bytes.append(0) }
  let bits = UInt64(message.count) * 8
  bytes += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
  for start in stride(from: 0, to: bytes.count, by: 64) {
    var words = (0..<16).map { word in
      (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[start + 4 * word + $1]) }
    }
    for index in 16..<64 {
      let (a, b) = (words[index - 15], words[index - 2])
      let first = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
      let second = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
      words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
    }
    var state = hash
    for index in 0..<64 {
      let e = state[4]
      let first = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let choice = e & state[5] ^ ~e & state[6]
      let sum = state[7] &+ first &+ choice &+ constants[index] &+ words[index]
      let a = state[0]
      let second = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let majority = a & state[1] ^ a & state[2] ^ state[1] & state[2]
      state = [sum &+ second &+ majority, a, state[1], state[2], state[3] &+ sum, e, state[5], state[6]]
    }
    hash = zip(hash, state).map { $0 &+ $1 }
  }
  return hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
}

private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

private func primes(_ count: Int) -> [Int] {
  var primes: [Int] = []
  var number = 2
  while primes.count < count {
    if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
    number += 1
  }
  return primes
}

/// The first 32 bits of the fractional parts of the square or cube roots: the largest r with r^power <= prime * 2^(32 power).
private func roots(of primes: [Int], power: Int) -> [UInt32] {
  primes.map { prime in
    let target = UInt128(prime) << UInt128(32 * power)
    var (low, high) = (UInt128(0), UInt128(1) << 37)
    while high - low > 1 {
      let middle = (low + high) / 2
      let value = power == 2 ? middle * middle : middle * middle * middle
      if value <= target { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}

/// A word of a command line as a POSIX shell takes it.
public func shellWord(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "+"):
      true
    default: false
    }
  }
  if plain, !word.isEmpty { return word }
  return "'" + word.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
}

/// One or more adjacent fields of a row as CSV text (RFC 4180), every text in quotes as in the export.
///
/// Values that many rows share are rendered once, so that writing a row only copies a dozen pieces.
struct Fields {
  private(set) var bytes: [UInt8] = []

  init(_ texts: String...) { self.init(texts) }

  init(_ texts: [String]) {
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(quoting: text)
    }
  }

  /// A number, without quotes, and the texts after it.
  init(number: Int, _ texts: String...) {
    bytes += "\(number),".utf8
    bytes += Fields(texts).bytes
  }

  /// Fields that are CSV text already.
  init(raw text: String) { bytes = Array(text.utf8) }

  private mutating func append(quoting text: String) {
    let quote = UInt8(ascii: "\"")
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}

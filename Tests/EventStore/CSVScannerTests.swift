import Engine
import Testing

@testable import EventStore

struct CSVScannerTests {
  /// Scans `text` with as many columns as `expected` has in its first row; a bad row is its defect.
  private func check(
    _ text: String, columns: Int = 2, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(scan(Array(text.utf8), columns: columns) == expected, sourceLocation: sourceLocation)
  }

  /// Every row as its fields between bars, or what was said of it.
  private func scan(_ bytes: [UInt8], columns: Int, cutAt cut: Int? = nil) -> [String] {
    bytes.withUnsafeBufferPointer { bytes in
      let fields = RowFields(columnCount: columns)
      var rows: [String] = []
      var start = 0
      for end in [cut ?? bytes.count, bytes.count] {
        var scanner = CSVScanner(bytes, rows: start..<max(start, end))
        scanning: while true {
          switch scanner.next(fields) {
          case .row:
            rows.append(
              (0..<columns).map { String(decoding: fields[$0], as: UTF8.self) }.joined(separator: "|"))
          case .bad(let defect): rows.append("bad: \(defect)")
          case .unterminatedQuote(let offset):
            rows.append("open quote at \(offset)")
            return rows
          case .abandoned, .leftOut, .end: break scanning
          }
        }
        start = scanner.position
      }
      return rows
    }
  }

  @Test func `rows end with LF or CRLF or the file`() {
    check("", [])
    check("a,b", ["a|b"])
    check("a,b\n", ["a|b"])
    check("a,b\r\nc,d\r\n", ["a|b", "c|d"])
    check("a,b\nc,d", ["a|b", "c|d"])
    check("a,\n,b", ["a|", "|b"])
    check("a,\r\n,\r\n", ["a|", "|"])
    check("\"a\",\"b\"\r\n\"c\",\"d\"", ["a|b", "c|d"])
  }

  @Test func `a carriage return alone is a character`() {
    check("a\rb,c\r", ["a\rb|c\r"])
  }

  @Test func `NULL without quotes is null, in capitals only`() {
    check("NULL,a\nb,NULL\r\nc,NULL", ["|a", "b|", "c|"])
    check("\"NULL\",null\nNull,NUL\nNULLS, NULL\n", ["NULL|null", "Null|NUL", "NULLS| NULL"])
    let long = String(repeating: "x", count: 70)
    check("\(long),NULL\nNULL,\(long)\n\"NULL\",\(long)\n", ["\(long)|", "|\(long)", "NULL|\(long)"])
  }

  @Test func `blank lines are no rows`() {
    check("\n\r\na,b\n\n\r\n\nc,d\n\n", ["a|b", "c|d"])
  }

  @Test func `quoted fields hold commas and newlines and doubled quotes`() {
    check("\"a,b\",c", ["a,b|c"])
    check("\"a\r\nb\",\"c\nd\"\n", ["a\r\nb|c\nd"])
    check("\"\"\"\",\"a\"\"b\"\"\"\n", ["\"|a\"b\""])
    check("\"\",\"\"", ["|"])
    check("\"\"\"\"\"\",x", ["\"\"|x"])
  }

  @Test func `a quote inside an unquoted field is a character`() {
    check("5\" screen,a\"\"b", ["5\" screen|a\"\"b"])
  }

  @Test func `a null is an empty field`() {
    check("\\N,\"\\N\"", ["|"])
    check("\\NN,\\n", ["\\NN|\\n"])
  }

  @Test func `fields of every length are found whole`() {
    for length in [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097] {
      let long = String(repeating: "x", count: length)
      check("\(long),b\nc,\(long)\n", ["\(long)|b", "c|\(long)"])
      check("\"\(long)\",b\nc,\"\(long)\"", ["\(long)|b", "c|\(long)"])
      check("\"\(long)\"\"\",\"\"\"\(long)\"\n", ["\(long)\"|\"\(long)"])
      check("\"\(long),\n\",b\n", ["\(long),\n|b"])
    }
  }

  @Test func `a row with too few or too many fields is bad and the next is good`() {
    check("a\nb,c\n", ["bad: the row has 1 field, the header has 2", "b|c"])
    check("a,b,c\nd,e\n", ["bad: the row has 3 fields, the header has 2", "d|e"])
    check("a,b,\"c\nc\"\nd,e", ["bad: the row has 3 fields, the header has 2", "d|e"])
  }

  @Test func `text behind a closing quote spoils its line only`() {
    let defect = "bad: \(RowDefect.textAfterQuote)"
    check("\"a\"x,b\nc,d", [defect, "c|d"])
    check("\"a\" ,b\nc,d", [defect, "c|d"])
    check("\"a\"\rb,c\nd,e", [defect, "d|e"])
  }

  @Test func `a row that is no UTF-8 or holds a NUL is bad and the next is good`() {
    let tail = Array("\nc,d\n".utf8)
    let notUTF8 = "bad: \(RowDefect.notUTF8)"
    for wrong: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFE, 0xFF]] {
      #expect(scan(Array("a,".utf8) + wrong + tail, columns: 2) == [notUTF8, "c|d"])
    }
    check("a\0,b\nc,d", ["bad: \(RowDefect.nulByte)", "c|d"])
    check("12345678901234567890\0,b\nc,d", ["bad: \(RowDefect.nulByte)", "c|d"])
    check("über,файл\n😀,\u{7F}", ["über|файл", "😀|\u{7F}"])
  }

  @Test func `a quote that is never closed is told with its place`() {
    check("a,b\nc,\"d\ne,f\n", ["a|b", "open quote at 6"])
    check("\"", columns: 1, ["open quote at 0"])
    check("\"a\"\"", columns: 1, ["open quote at 0"])
  }

  @Test func `ranges that meet anywhere see every row once`() {
    let text = Array("a,b\r\n\"c\"\"\n,\",\"d\r\n\"\n\ne\"e,\n\"\",\"x,\"\"\n\"\"\"\nbad\nf,g".utf8)
    let whole = scan(text, columns: 2)
    #expect(whole.count == 6)
    for cut in 0...text.count {
      #expect(scan(text, columns: 2, cutAt: cut) == whole, "cut at \(cut)")
    }
  }
}

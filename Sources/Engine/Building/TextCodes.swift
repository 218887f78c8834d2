/// The texts of one column of one website in the rows that one builder has taken, as codes of its own.
struct TextCodes {
  private(set) var interner = TextInterner.forDictionary()
  private(set) var codes = CodePages()

  @inline(__always)
  mutating func append(_ text: Bytes) { codes.append(interner.code(of: text)) }
}

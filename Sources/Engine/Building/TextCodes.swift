/// The texts of one column of one website in the rows that one builder has taken, as codes of its own.
struct TextCodes {
  var interner = TextInterner.forDictionary()
  var codes = CodePages()
}

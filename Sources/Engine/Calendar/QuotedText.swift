extension String {
  /// The text in quotation marks, as errors show what was sent: control characters escaped, and no more
  /// than the beginning of a long one.
  var quotedBriefly: String {
    let limit = 64
    let scalars = unicodeScalars
    return scalars.count > limit
      ? (String(scalars.prefix(limit)) + "…").debugDescription : debugDescription
  }
}

/// The ids that advertising networks add to addresses, as the fields from `gclid` to `twclid`.
struct ClickIDs {
  let none = Fields("", "", "", "", "", "")
  let some: Choices

  private static let idsOfNetwork = 50

  init() {
    let networks: KeyValuePairs<String, Double> = ["a": 55, "b": 25, "c": 8, "d": 6, "e": 4, "f": 2]
    var (fields, weights): ([Fields], [Double]) = ([], [])
    for (place, network) in networks.enumerated() {
      for number in 0..<Self.idsOfNetwork {
        var texts = Array(repeating: "", count: networks.count)
        texts[place] = "\(network.key)id\(number)"
        fields.append(Fields(texts))
        weights.append(network.value)
      }
    }
    some = Choices(fields, weights: weights)
  }
}

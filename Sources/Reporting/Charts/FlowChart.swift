/// Flows from place to place (a Sankey diagram): the items of each place as boxes, as high as their visits, and the visits
/// from one to the next as bands of the same height.
struct FlowChart: Chart {
  struct Node: Sendable {
    /// The column, from 0.
    let place: Int
    let name: String
    let count: Double
    /// The number, as people read it.
    let text: String
    /// Whether it represents several items.
    var isRest = false
  }

  struct Link: Sendable {
    /// Indices of nodes.
    let from: Int
    let to: Int
    let count: Double
    /// The number, as people read it.
    let text: String
  }

  /// In the order in which they stand in each place. They are the first rows of the figure's table, the links the next.
  let nodes: [Node]
  let links: [Link]

  let height = 380.0

  /// The width of boxes, as a part of the width of the drawing.
  private static let boxWidth = 0.012
  private static let gap = 12.0
  private static let top = 4.0

  func marks(hasHints: Bool) -> [Markup] {
    let places = (nodes.map(\.place).max() ?? 0) + 1
    let stride = (1 - Self.boxWidth) / Double(max(places, 1))
    let scale = pixelsPerVisit(places)
    var tops = Array(repeating: 0.0, count: nodes.count)
    var next = Array(repeating: Self.top, count: places)
    for (index, node) in nodes.enumerated() {
      tops[index] = next[node.place]
      next[node.place] += max(1, node.count * scale) + Self.gap
    }
    func x(_ node: Int) -> Double { Double(nodes[node].place) * stride }
    var bands: [Markup] = []
    var (outgoing, incoming) = (tops, tops)
    // Bands leave a box in the order of the boxes that they lead to, and arrive likewise, so that few of them cross.
    let byStart = links.indices.sorted { (links[$0].from, links[$0].to) < (links[$1].from, links[$1].to) }
    let byEnd = links.indices.sorted { (links[$0].to, links[$0].from) < (links[$1].to, links[$1].from) }
    var ends = Array(repeating: 0.0, count: links.count)
    for index in byEnd {
      ends[index] = incoming[links[index].to]
      incoming[links[index].to] += links[index].count * scale
    }
    for index in byStart {
      let link = links[index]
      let height = link.count * scale
      let (y1, y2) = (outgoing[link.from], ends[index])
      outgoing[link.from] += height
      let (x1, x2) = ((x(link.from) + Self.boxWidth) * 1000, x(link.to) * 1000)
      let middle = pixels((x1 + x2) / 2)
      let commands =
        "M\(pixels(x1)) \(pixels(y1))C\(middle) \(pixels(y1)) \(middle) \(pixels(y2)) \(pixels(x2)) \(pixels(y2))"
        + "V\(pixels(y2 + height))C\(middle) \(pixels(y2 + height)) \(middle) \(pixels(y1 + height)) "
        + "\(pixels(x1)) \(pixels(y1 + height))Z"
      let isRest = nodes[link.from].isRest && nodes[link.to].isRest
      bands.append(
        path(
          commands, isRest ? "flow s0" : "flow", row: nodes.count + index,
          hint: hasHints ? "\(nodes[link.from].name) → \(nodes[link.to].name): \(link.text)" : nil))
    }
    var marks = [stretched(height: height, bands)]
    for (index, node) in nodes.enumerated() {
      let boxHeight = max(1, node.count * scale)
      marks.append(
        rectangle(
          x(index), tops[index], Self.boxWidth, boxHeight, node.isRest ? "bar s0" : "bar s1", row: index,
          hint: hasHints ? "\(node.name): \(node.text)" : nil))
      if boxHeight + Self.gap >= 14 {
        marks.append(
          clippedLabel(
            Label(node.name), x(index) + Self.boxWidth, tops[index] + boxHeight / 2 + 4,
            width: stride - Self.boxWidth - 0.01, "name halo", indent: 5))
      }
    }
    return marks
  }

  /// The scale at which the fullest place fits.
  private func pixelsPerVisit(_ places: Int) -> Double {
    var counts = Array(repeating: 0.0, count: places)
    var boxes = Array(repeating: 0.0, count: places)
    for node in nodes {
      counts[node.place] += node.count
      boxes[node.place] += 1
    }
    let scales = counts.indices.filter { counts[$0] > 0 }.map { place in
      max(1, height - 2 * Self.top - (boxes[place] - 1) * Self.gap) / counts[place]
    }
    return scales.min() ?? 0
  }
}

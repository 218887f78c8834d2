import JSON

/// A document of figures that opens in any browser without a network and without a server.
public struct Page: Sendable {
  /// A chapter of a page; without a title, the figures at its beginning.
  struct Chapter: Sendable {
    var title = ""
    var figures: [Figure] = []
  }

  let title: String
  /// Range, zone, filters.
  let subtitle: String
  var chapters: [Chapter]
  /// From what it is, such as the store and the version.
  let origin: [String]
  /// What makes it again: a command, or a request.
  let source: String

  /// How many figures it has.
  public var figureCount: Int { chapters.reduce(0) { $0 + $1.figures.count } }

  /// The document.
  public var html: String {
    Markup.htmlDocument(
      .element(
        "html", ["lang": "en"],
        [
          .element(
            "head", [:],
            [
              .void("meta", ["charset": "utf-8"]),
              .void("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
              .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
              .void("meta", ["name": "referrer", "content": "no-referrer"]),
              .void("meta", ["name": "generator", "content": "Footfall"]),
              .element("title", text: title), .element("style", [:], [StyleSheet.ofPages]),
            ]),
          .element(
            "body", [:],
            [
              .element("svg", ["class": "defs", "aria-hidden": "true"], [StyleSheet.patterns]), main,
              .element("script", [:], [PageScript.source]),
            ]),
        ]))
  }

  /// Nothing is loaded. The hashes are those of the style sheet and of the script; a test computes them.
  static let styleHash = "sha256-ci3yLdfBkUQo0hI3yBaUiarWtraggE2UUbQX4z3UOUQ="
  static let scriptHash = "sha256-BCTJXG7Zp+D9bNt35ZD0Q+FQ04Yf3M4AhaVjdFxBH6A="

  private static let policy =
    "default-src 'none'; style-src '\(styleHash)'; script-src '\(scriptHash)'; base-uri 'none'; form-action 'none'"

  private var main: Markup {
    var number = 0
    var parts: [Markup] = [
      .element(
        "header", [:],
        [.element("h1", text: shortened(title, to: 160)), .element("p", ["class": "soft"], text: subtitle)])
    ]
    for chapter in chapters where !chapter.figures.isEmpty {
      if !chapter.title.isEmpty { parts.append(.element("h3", text: chapter.title)) }
      let sections = chapter.figures.map { figure in
        number += 1
        return figure.section(id: "f\(number)")
      }
      parts.append(.element("div", ["class": "sections"], sections))
    }
    parts.append(
      .element(
        "footer", ["class": "soft"],
        origin.map { .element("p", text: $0) } + [
          .element("p", [:], [.text("Made with "), .element("code", text: source)])
        ]))
    return .element("main", [:], parts)
  }
}

extension Figure.Headline {
  fileprivate var markup: Markup {
    .element(
      "div", ["class": "number"],
      [
        .element("dt", text: name), .element("dd", ["class": "big"], text: text),
        .element("dd", ["class": "change"], text: change),
      ])
  }
}

extension Figure {
  /// The figure as a part of a page: title, legend, chart, and its numbers, which a reader can open.
  ///
  /// - Parameter id: Unlike that of all other figures of the page.
  fileprivate func section(id: String) -> Markup {
    let table = table.markup(caption: title)
    let heading = Markup.element("h2", ["id": id], text: shortened(title, to: 72))
    let numbers = Markup.element("details", [:], [.element("summary", text: "Numbers"), table])
    if !headlines.isEmpty {
      let list = Markup.element("dl", ["class": "numbers"], headlines.map(\.markup))
      return .element("section", ["class": "wide"], [heading, list, numbers])
    }
    guard let chart else {
      let content = self.table.rows.isEmpty ? .element("p", ["class": "soft"], text: summary) : table
      return .element("section", isWide ? ["class": "wide"] : [:], [heading, content])
    }
    let svg = Markup.element(
      "svg",
      [
        "class": "chart", "width": "100%", "height": pixels(chart.height), "role": "img",
        "aria-labelledby": "\(id)t \(id)d",
      ],
      [
        .element("title", ["id": "\(id)t"], text: title), .element("desc", ["id": "\(id)d"], text: summary),
      ] + chart.marks(hasHints: false))
    return .element(
      "section", isWide ? ["class": "wide"] : [:], [heading, chart.legend.markup, svg, numbers])
  }
}

extension [LegendEntry] {
  /// A list, in which series are buttons.
  fileprivate var markup: Markup {
    if isEmpty { return .empty }
    return .element(
      "ul", ["class": "legend"],
      enumerated().map { number, entry in
        let swatch = Markup.element("i", ["class": entry.style.className])
        let content: [Markup] =
          entry.isSeries
          ? [
            .element(
              "button", ["type": "button", "aria-pressed": "true", "data-series": String(number)],
              [swatch, .text(shortened(entry.name, to: 60))])
          ] : [swatch, .text(entry.name)]
        return .element("li", [:], content)
      })
  }
}

extension FigureTable {
  /// The table as an element. A number that its text does not show exactly has it in `data-n`.
  fileprivate func markup(caption: String) -> Markup {
    let head = columns.map { column in
      Markup.element(
        "th", column.isNumber ? ["scope": "col", "class": "n"] : ["scope": "col"], text: column.title)
    }
    let body = rows.map { cells in
      Markup.element("tr", [:], zip(columns, cells).map { $1.markup(isNumber: $0.isNumber) })
    }
    return .element(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Numbers of \(caption)"],
      [
        .element(
          "table", [:],
          [.element("thead", [:], [.element("tr", [:], head)]), .element("tbody", [:], body)])
      ])
  }
}

extension FigureTable.Cell {
  fileprivate func markup(isNumber: Bool) -> Markup {
    var attributes: Attributes = isNumber ? ["class": "n"] : [:]
    if isNumber, let number, number.isFinite, !showsExactly(number) {
      attributes.append(
        "data-n", plainNumber(number).double == number ? "\(plainNumber(number))" : "\(number)")
    }
    guard let link else { return .element("td", attributes, [.isolated(label)]) }
    return .element("td", attributes, [.element("a", ["href": link], text: text)])
  }

  /// Whether the text without its thousands separators is the number.
  private func showsExactly(_ number: Double) -> Bool {
    Double(text.filter { $0 != "," }) == number
  }
}

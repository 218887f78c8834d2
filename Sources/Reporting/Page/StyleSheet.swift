/// The style sheet of pages and drawings.
enum StyleSheet {
  /// Colours, for light and for dark displays. Those of series can be told apart with any colour vision (Okabe and Ito);
  /// texts have a contrast of at least 4.5 to 1, marks of at least 3 to 1.
  private static let colors: StaticString = """
    :root{color-scheme:light dark;--back:#f6f7f9;--panel:#fff;--edge:#dfe3e8;--text:#1b1f24;--soft:#59636e;--grid:#e8ebef;
    --accent:#0067b1;--tint:#d6e8f7;--rest-tint:#e6e9ed;--track:#eef1f4;--flow:#0072b2;
    --s1:#0072b2;--s2:#c65100;--s3:#007a5a;--s4:#b3478f;--s5:#8a6d00;--s6:#2487bd;--s7:#8f3a12;--s8:#6a4fb3;--s0:#7d8894;
    --h0:#f1f3f5;--h1:#dcebf8;--h2:#b8d6ef;--h3:#8abce3;--h4:#3877aa;--h5:#1a639b;--h6:#0b4a7c;--on-dark:#fff}
    @media screen and (prefers-color-scheme:dark){:root{--back:#0d1116;--panel:#151a21;--edge:#2a323c;--text:#e6e9ec;
    --soft:#9aa6b2;--grid:#252d36;--accent:#6cb6f2;--tint:#173a57;--rest-tint:#2a323b;--track:#1f262e;--flow:#56b4e9;
    --s1:#56b4e9;--s2:#ff9147;--s3:#3cc79a;--s4:#e79ac9;--s5:#e0c34a;--s6:#8fd0f5;--s7:#f0b08a;--s8:#b6a2f2;--s0:#8d98a4;
    --h0:#1d242b;--h1:#163047;--h2:#174364;--h3:#1a5a8a;--h4:#3a8ac4;--h5:#6fb4e6;--h6:#a9d7f8;--on-dark:#0b1117}}

    """

  private static let chart: StaticString = """
    .chart{display:block;width:100%;overflow:hidden;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    .panel{fill:var(--panel)}.label{fill:var(--soft)}.name,.value,.title{fill:var(--text)}.value{font-variant-numeric:tabular-nums}
    .title{font-size:14px;font-weight:600}
    .tick,.halo{paint-order:stroke;stroke:var(--panel);stroke-width:3px;stroke-linejoin:round}
    .axis{stroke:var(--soft);stroke-width:1}.grid{stroke:var(--grid);stroke-width:1}
    .line{fill:none;stroke:currentColor;stroke-width:2px;stroke-linejoin:round;vector-effect:non-scaling-stroke}
    .partial{stroke-dasharray:3 4}.area{fill:currentColor;opacity:.12}.dot{fill:currentColor}
    .hollow{fill:var(--panel);stroke:currentColor;stroke-width:2}
    .fine{stroke-width:1.2px}.before .line{stroke-width:1.5px}.before .fine{stroke-width:1px}.hover{fill:transparent}.cursor{visibility:hidden;stroke:var(--soft);stroke-width:1}
    .s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}.s4{color:var(--s4)}.s5{color:var(--s5)}
    .s6{color:var(--s6)}.s7{color:var(--s7)}.s8{color:var(--s8)}.s0,.before{color:var(--s0)}.partly{color:var(--soft)}
    .bar,.swatch{fill:currentColor}.tint{fill:var(--tint)}.tint.s0{fill:var(--rest-tint)}.track{fill:var(--track)}
    .flow{fill:var(--flow);opacity:.25}.flow.s0{fill:var(--s0);opacity:.16}.flow:hover{opacity:.45}
    .h0{fill:var(--h0)}.h1{fill:var(--h1)}.h2{fill:var(--h2)}.h3{fill:var(--h3)}.h4{fill:var(--h4)}.h5{fill:var(--h5)}
    .h6{fill:var(--h6)}.hatched{fill:url(#lost)}
    .hatching{stroke:var(--s0);stroke-width:1.5}
    .incomplete{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:3 3;pointer-events:none}
    .incomplete.dark{stroke:var(--on-dark)}
    .cell{fill:var(--text);font-size:11px;pointer-events:none}.cell.dark{fill:var(--on-dark)}

    """

  private static let page: StaticString = """
    *{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--back);color:var(--text);
    font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    main{max-width:1560px;margin:0 auto;padding:20px 16px 32px}
    h1{font-size:24px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
    h2{font-size:14px;margin:0 0 10px;overflow-wrap:anywhere}
    h3{font-size:16px;margin:22px 0 10px}p{margin:0 0 6px;overflow-wrap:anywhere}.soft{color:var(--soft)}a{color:var(--accent)}
    header{margin-bottom:14px}section{background:var(--panel);border:1px solid var(--edge);border-radius:8px}
    .numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:10px 16px;margin:0}
    dd{margin:0}dt,.change{color:var(--soft);font-size:12.5px}.big{font-size:23px;line-height:1.25;font-weight:600;
    font-variant-numeric:tabular-nums}
    .sections{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,430px),1fr));gap:12px}
    section{min-width:0;padding:12px 14px;break-inside:avoid}.wide{grid-column:1/-1}
    .legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:-4px 0 8px;padding:0;list-style:none;font-size:12.5px}
    .legend li{color:var(--soft)}.legend li,.legend button{display:inline-flex;align-items:center;gap:6px;min-width:0;
    overflow-wrap:anywhere}
    .legend button{font:inherit;color:inherit;background:none;border:0;padding:2px 0;cursor:pointer;text-align:left}
    .legend i{flex:none;width:12px;height:4px;border-radius:2px;background:currentColor}
    .legend i.partly{height:0;border-radius:0;background:none;border-top:2px dashed}
    .legend [aria-pressed=false]{text-decoration:line-through}
    details{margin-top:8px}summary{cursor:pointer;color:var(--soft);font-size:12.5px;width:max-content}
    .scroll{overflow:auto;max-height:420px;margin-top:4px}
    table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
    th,td{padding:3px 10px 3px 0;border-bottom:1px solid var(--grid);text-align:left;vertical-align:top}
    th{position:sticky;top:0;background:var(--panel);color:var(--soft);font-weight:600}
    td,th{overflow-wrap:anywhere}td:not(.n){min-width:88px}th{min-width:5em;max-width:20em}
    th:last-child,td:last-child{padding-right:0}.n{text-align:right}td.n{white-space:nowrap}
    th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit}
    [aria-sort=ascending] button::after{content:" ↑"}[aria-sort=descending] button::after{content:" ↓"}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    #tip{position:fixed;left:0;top:0;pointer-events:none;background:var(--text);color:var(--back);padding:6px 9px;
    border-radius:6px;font-size:12px;max-width:min(320px,90vw);overflow-wrap:anywhere;white-space:pre-line;z-index:9}
    #tip[hidden]{display:none}.defs{position:absolute;width:0;height:0}
    code{font:12px ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
    footer{margin-top:20px;font-size:12.5px}.spare{visibility:hidden}
    @media(min-width:520px){.spare{visibility:visible}}@media(max-width:519px){.cell{display:none}
    table{font-size:12px}th,td{padding-right:6px}td:not(.n){min-width:64px}th.n{min-width:4.6em}}
    @page{size:A4;margin:12mm}
    @media print{body{background:none}main{padding:0;max-width:none}.sections{display:block}
    section{margin:0 0 6mm;break-inside:avoid}
    table{font-size:9px}th,td{padding:2px 4px 2px 0}th,td:not(.n){min-width:0}
    .scroll{max-height:none;overflow:visible}details:not([open]){display:none}.cell{display:inline}.spare{visibility:visible}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    """

  /// What a page needs.
  static let ofPages: Markup = .group([.trusted(colors), .trusted(chart), .trusted(page)])
  /// What a drawing in a file of its own needs.
  static let ofDrawings: Markup = .group([.trusted(colors), .trusted(chart)])

  /// The pattern of what is lost, which the style sheet names.
  static var patterns: Markup {
    func pattern(_ id: String, _ style: String) -> Markup {
      .element(
        "pattern",
        [
          "id": id, "width": "6", "height": "6", "patternUnits": "userSpaceOnUse",
          "patternTransform": "rotate(45)",
        ], [.element("line", ["x1": "0", "x2": "0", "y1": "0", "y2": "6", "class": style])])
    }
    return .element("defs", [:], [pattern("lost", "hatching")])
  }
}

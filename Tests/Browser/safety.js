// Runs in a document, and returns what texts of events could have done, as lines of text.
const faults = [];
const elements = new Set(('html head meta title style body script main header footer h1 h2 h3 p code section div dl dt dd ul li i button bdi span '
  + 'details summary table thead tbody tr th td svg defs pattern linearGradient stop clipPath mask desc g line rect circle path text tspan a').split(' '));
const attributes = new Set(('lang charset http-equiv content name class id title width height viewBox preserveAspectRatio role tabindex type scope '
  + 'x y x1 x2 y1 y2 cx cy r d dx dy rx offset fill mask clip-path text-anchor patternUnits patternTransform maskUnits gradientUnits transform '
  + 'xmlns dir open hidden aria-hidden aria-label aria-labelledby aria-describedby aria-pressed aria-sort aria-live data-row data-column data-series data-n data-count href style').split(' '));
for (const element of document.querySelectorAll('*')) {
  const name = element.localName;
  if (!elements.has(name)) faults.push(`an element ${name}: ${element.outerHTML.slice(0, 80)}`);
  for (const attribute of element.attributes) {
    if (!attributes.has(attribute.name)) faults.push(`an attribute ${attribute.name} of ${name}: ${attribute.value.slice(0, 80)}`);
    // Styles are set by the script, by property.
    if (attribute.name === 'style' && !/^(display: none;|visibility: visible;|left: [\d.]+px; top: [-\d.]+px;|)$/.test(attribute.value)) faults.push(`a style: ${attribute.value}`);
    if (attribute.name === 'href' && (name !== 'a' || !/^[a-z0-9.-]+\.html$/.test(attribute.value))) faults.push(`a link to ${attribute.value.slice(0, 80)}`);
    if (/url\(|javascript:/i.test(attribute.value) && !/^(aria-label|content|title)$/.test(attribute.name)) faults.push(`an address in ${attribute.name}: ${attribute.value.slice(0, 80)}`);
  }
}
for (const name of ['script', 'style', 'title']) {
  const count = document.querySelectorAll(name === 'title' ? 'head > title' : name).length;
  if (count > 1) faults.push(`${count} elements ${name}`);
}
if ('__x' in window) faults.push(`a script of an event ran: ${window.__x}`);
for (const id of ['__x']) if (document.getElementById(id)) faults.push(`an element with the id ${id}`);
// Characters that control a display or the direction of writing, in texts and attributes alike.
const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/;
for (let node = walker.currentNode; node; node = walker.nextNode()) {
  if (node.nodeType === 8) faults.push(`a comment: ${node.data.slice(0, 80)}`);
  const texts = node.nodeType === 1 ? [...node.attributes].map(attribute => attribute.value) : [node.nodeValue || ''];
  for (const text of texts) {
    // The program itself isolates parts of texts (U+2068 to U+2069), so that their order stays.
    const found = text.replaceAll('\ufffd', '').replace(/\u2068[^\u2066-\u2069]*\u2069/g, '').match(control);
    if (found) faults.push(`the character U+${found[0].codePointAt(0).toString(16)} in ${text.slice(0, 60)}`);
  }
}
return [...new Set(faults)];

// Runs in a page, and returns what is wrong with how it looks, as lines of text. The window is as high as the page, so that
// the browser can say what lies below each text. The argument tells whether contrasts are computed, which takes longer.
const faults = [];
const add = (what, element) => faults.push(what + ': ' + (element.textContent || element.outerHTML).trim().slice(0, 60));

const numbers = color => (color.match(/[\d.]+/g) || []).map(Number);
const over = ([r, g, b, a = 1], below) => [r, g, b].map((part, i) => part * a + below[i] * (1 - a));
const luminance = color => color.slice(0, 3).map(part => part / 255)
  .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const withAlpha = (color, alpha) => [...color.slice(0, 3), (color[3] ?? 1) * alpha];
const remembered = compute => {
  const values = new Map();
  return element => {
    if (!values.has(element)) values.set(element, compute(element));
    return values.get(element);
  };
};
const opacity = remembered(element => element ? opacity(element.parentElement) * +getComputedStyle(element).opacity : 1);
// The colour that an element paints, with its alpha; null if it paints none at its inside.
const paint = remembered(element => {
  const style = getComputedStyle(element);
  if (element instanceof SVGElement) {
    if (!(element instanceof SVGGeometryElement) || !style.fill.startsWith('rgb')) return null;
    return withAlpha(numbers(style.fill), style.fillOpacity * opacity(element));
  }
  return withAlpha(numbers(style.backgroundColor), opacity(element));
});
const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
// The colour below an element at a point; null if another element covers it there.
const below = (element, x, y) => {
  const stack = document.elementsFromPoint(x, y);
  const place = stack.indexOf(element);
  const isTransparent = getComputedStyle(element).pointerEvents === 'none';
  if (place < 0 && !isTransparent) return null;
  const beneath = stack.slice(isTransparent ? 0 : place + 1).filter(other => !element.contains(other));
  const base = !isTransparent && !(element instanceof SVGElement) ? [...beneath.reverse(), element] : beneath.reverse();
  return base.map(paint).filter(Boolean).reduce((color, layer) => over(layer, color), canvas);
};

const isShown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const isInside = (inner, outer, slack = 1) => inner.left >= outer.left - slack && inner.right <= outer.right + slack
  && inner.top >= outer.top - slack && inner.bottom <= outer.bottom + slack;
const intersection = (a, b) => ({
  left: Math.max(a.left, b.left), right: Math.min(a.right, b.right), top: Math.max(a.top, b.top), bottom: Math.min(a.bottom, b.bottom),
});

// 1. Nothing extends to the right of the window, or out of its section.
const root = document.scrollingElement || document.documentElement;
if (root.scrollWidth > innerWidth) faults.push(`the document is ${root.scrollWidth} px wide in a window of ${innerWidth}`);
for (const element of document.querySelectorAll('section :is(h2,p,dt,dd,li,button,summary,svg,.scroll)')) {
  if (element.closest('.scroll') && !element.matches('.scroll') || element.parentElement.closest('svg')) continue;
  const section = element.closest('section').getBoundingClientRect(), box = element.getBoundingClientRect();
  if (isShown(element) && box.width && !isInside(box, section, 0)) add('extends out of its section', element);
}
for (const title of document.querySelectorAll('h1,h2,.legend li')) {
  if (title.getBoundingClientRect().height > (title.matches('h1') ? 240 : 90)) add('a title of many lines', title);
}
for (const head of document.querySelectorAll('th')) {
  const text = document.createRange();
  text.selectNodeContents(head);
  if (head.checkVisibility() && text.getBoundingClientRect().width > 300) add('a long head of a table in one line', head);
  if (!head.matches('.n') && head.getBoundingClientRect().width > head.closest('.scroll').clientWidth + 1) add('a column is wider than its table may be', head);
}

// 2. Texts of drawings are whole, and do not lie on each other.
const outermost = element => {
  let svg = element.closest('svg');
  while (svg.parentElement?.closest('svg')) svg = svg.parentElement.closest('svg');
  return svg;
};
// What a drawing shows: a nested one clips what it holds.
const viewport = remembered(svg => {
  if (svg === document.documentElement) return { left: 0, top: 0, right: root.scrollWidth, bottom: root.scrollHeight };
  const parent = svg.parentElement.closest('svg');
  if (!parent) return svg.getBoundingClientRect();
  const matrix = svg.parentElement.getScreenCTM();
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map(name => svg[name].baseVal.value);
  const [left, top] = [matrix.a * x + matrix.e, matrix.d * y + matrix.f];
  return intersection({ left, top, right: left + matrix.a * width, bottom: top + matrix.d * height }, viewport(parent));
});
const texts = new Map();
for (const text of document.querySelectorAll('svg text')) {
  if (!isShown(text) || !text.textContent) continue;
  const whole = text.getBoundingClientRect(), drawing = outermost(text);
  const shown = intersection(whole, viewport(text.closest('svg')));
  const isCut = !isInside(whole, shown);
  if (isCut && [...text.textContent].length <= 10) add('a short text is cut', text);
  if (isCut && text.closest('svg') === drawing) add('a text extends out of its drawing', text);
  if (shown.right - shown.left < 1) continue;
  if (!texts.has(drawing)) texts.set(drawing, []);
  texts.get(drawing).push([text, shown]);
}
// Parts of a text stand in their order, whatever the direction in which they are written.
for (const [text] of [...texts.values()].flat()) {
  if (!/[\u0590-\u08ff]/.test(text.textContent)) continue;
  let place = 0;
  const ends = text.textContent.split(/( [→·] )/).map(part => {
    place += part.length;
    return text.getExtentOfChar(place - Math.ceil(part.length / 2)).x;
  });
  if (ends.some((x, index) => index && x < ends[index - 1])) add('parts are not in their order', text);
}
for (const list of texts.values()) {
  if (list.length > 1500) continue;
  list.forEach(([text, box], index) => {
    for (const [other, otherBox] of list.slice(index + 1)) {
      const both = intersection(box, otherBox);
      // Lines of texts are higher than their letters.
      if (both.right - both.left > 1 && both.bottom - both.top > 6) add(`a text lies on "${other.textContent.slice(0, 30)}"`, text);
    }
  });
}

if (!arguments[0]) return [...new Set(faults)];

// 3. Contrast of texts: 4.5 to 1, of large ones 3 to 1 (WCAG 2.2, 1.4.3). Of elements that look the same some are looked at.
const seen = new Map();
const measure = (element, box, color) => {
  const style = getComputedStyle(element);
  const isLarge = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
  const hasHalo = element instanceof SVGElement && style.paintOrder.startsWith('stroke') && style.stroke.startsWith('rgb');
  for (const part of [0.06, 0.5, 0.94]) {
    const [x, y] = [box.left + (box.right - box.left) * part, (box.top + box.bottom) / 2];
    let back = below(element, x, y);
    if (!back) continue;
    if (hasHalo) back = over(numbers(style.stroke), back);
    const ratio = contrast(over(color, back), back);
    if (ratio < (isLarge ? 3 : 4.5) - 0.005) return add(`contrast of ${ratio.toFixed(2)}, class "${element.getAttribute('class') || element.tagName}"`, element);
  }
};
for (const element of document.querySelectorAll('body *, svg text')) {
  if (element.closest('script,style,title,desc')) continue;
  if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()) || !isShown(element)) continue;
  let path = '';
  for (let at = element; at && at.tagName !== 'BODY' && path.length < 200; at = at.parentElement) path += at.tagName + '.' + at.getAttribute('class') + ' ';
  const count = seen.get(path) || 0;
  if (count >= (element.matches('svg text') ? 40 : 6)) continue;
  seen.set(path, count + 1);
  const range = document.createRange();
  range.selectNodeContents(element);
  const box = element instanceof SVGElement ? (texts.get(outermost(element)) || []).find(([text]) => text === element)?.[1] : range.getBoundingClientRect();
  if (!box || box.right - box.left < 1) continue;
  const style = getComputedStyle(element);
  measure(element, box, withAlpha(numbers(element instanceof SVGElement ? style.fill : style.color), opacity(element)));
}

// 4. Contrast of what is drawn: 3 to 1 (WCAG 2.2, 1.4.11).
const panel = numbers(getComputedStyle(document.querySelector('section') || document.querySelector('.panel') || document.body)[
  document.querySelector('section') ? 'backgroundColor' : document.querySelector('.panel') ? 'fill' : 'backgroundColor']);
for (const [selector, member] of [['.line', 'stroke'], ['.dot', 'fill'], ['.bar', 'fill'], ['.swatch', 'fill'], ['.legend i', 'color']]) {
  const classes = new Set();
  for (const element of document.querySelectorAll(selector)) {
    const style = getComputedStyle(element), color = style[member];
    if (classes.has(color) || !color.startsWith('rgb') || element.matches('.hollow')) continue;
    classes.add(color);
    const ratio = contrast(over(withAlpha(numbers(color), opacity(element)), panel), panel);
    if (ratio < 2.995) faults.push(`contrast of ${ratio.toFixed(2)} of ${selector} ${color}`);
  }
}
return [...new Set(faults)];

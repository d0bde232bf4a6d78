package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// broken lists the words, numbers and IDs that go on in another line. What is
// longer than any word has to; a line may end after a hyphen.
const broken = `(() => {
  const bad = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node, n = 0; n < 2000 && (node = walker.nextNode()); n++) {
    if (!node.parentElement.getClientRects().length || node.parentElement.closest("style, code")) continue;
    for (const m of node.data.matchAll(/[^\s\-–]+(\u00a0[^\s\-–]+)*-?/g)) {
      if (m[0].length > 24) continue;
      const range = document.createRange();
      range.setStart(node, m.index);
      range.setEnd(node, m.index + m[0].length);
      const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
      if (lines.size > 1) bad.add(m[0]);
    }
  }
  return [...bad];
})()`

// cut lists the texts that something hides a part of.
const cut = `[...document.querySelectorAll("main *")].filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1
  && getComputedStyle(e).overflowX !== "visible").map(e => e.tagName + " " + e.textContent.trim().slice(0, 40))`

// overlaps lists the cells that stand on others.
const overlaps = `[...document.querySelectorAll("tbody tr")].slice(0, 50).flatMap(tr => {
  const boxes = [...tr.cells].map(c => [c, c.getBoundingClientRect()]).filter(([, b]) => b.width > 0);
  return boxes.filter(([, a], i) => boxes.some(([, b], j) => j > i && a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1)).map(([c]) => c.textContent);
})`

// told are what a visitor has to see without scrolling: what is wrong, since when,
// what to do and the button; on a large screen the most urgent campaign, too.
func told(v view) string {
	parts := `["h1", "h1 + p", ".do", ".button"`
	if v.width > 600 {
		parts += `, "tbody tr"`
	}
	return parts + `].map(s => document.querySelector(s)).map(e => e ? e.getBoundingClientRect().bottom : 0)`
}

// checkLayout reports what does not fit into a view.
func checkLayout(t *testing.T, tab *tab, v view, s scene) {
	t.Helper()
	if wide := get(t, tab, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); wide > v.width {
		t.Errorf("%s: the page is %d px wide, the view %d", v.name, wide, v.width)
	}
	for _, text := range get(t, tab, chromedp.Evaluate[[]string](cut)) {
		t.Errorf("%s: cut off: %s", v.name, text)
	}
	for _, cell := range get(t, tab, chromedp.Evaluate[[]string](overlaps)) {
		t.Errorf("%s: another cell stands on %q", v.name, cell)
	}
	if s.hostile {
		return
	}
	for _, word := range get(t, tab, chromedp.Evaluate[[]string](broken)) {
		t.Errorf("%s: in two lines: %q", v.name, word)
	}
	if s.first && v.height > 0 {
		for i, bottom := range get(t, tab, chromedp.Evaluate[[]float64](told(v))) {
			if bottom > float64(v.height) || bottom <= 0 {
				t.Errorf("%s: part %d ends at %.0f px, the screen at %d", v.name, i, bottom, v.height)
			}
		}
	}
}

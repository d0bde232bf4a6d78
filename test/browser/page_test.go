// Package browser_test looks at the status page with a real browser.
package browser_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
)

// pictures is where what the page looks like is kept. Git ignores it.
const pictures = "screenshots/"

// TestPage is one test, since all of it shares one browser.
func TestPage(t *testing.T) {
	browser := startBrowser(t)
	t.Run("guard", func(t *testing.T) { guard(browser, t) })
	for _, s := range scenes() {
		t.Run("looks/"+s.name, func(t *testing.T) { looks(browser, t, s) })
	}
	for name, w := range worlds() {
		t.Run("shows/"+name, func(t *testing.T) { shows(browser, t, w) })
	}
	t.Run("keyboard", func(t *testing.T) { keyboard(browser, t) })
	t.Run("search", func(t *testing.T) { search(browser, t) })
	t.Run("readme", func(t *testing.T) { readme(browser, t) })
}

// guard proves that a page that misbehaves would be noticed.
func guard(browser context.Context, t *testing.T) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<p style="color: #ccc; background: #fff">pale</p><img src="http://example.com/x.png"><script>console.error("oh")</script>`)
	}))
	defer server.Close()
	tab := open(browser, t, server.URL)
	problems, requests := tab.seen()
	if !slices.Contains(problems, "console.error") || !slices.Contains(requests, "http://example.com/x.png") {
		t.Errorf("noticed %q and %q only", problems, requests)
	}
	if pale := get(t, tab, chromedp.Evaluate[[]string](contrast)); len(pale) != 1 {
		t.Errorf("hard to read: %q, want one text", pale)
	}
}

// looks opens a scene and looks at it in every way.
func looks(browser context.Context, t *testing.T, s scene) {
	t.Helper()
	url := serve(t, s.systems)
	tab := open(browser, t, url+s.query)
	for _, v := range views() {
		tab.look(t, v)
		tab.shoot(t, pictures+s.name+"-"+v.name+".png")
		if wide := get(t, tab, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); wide > v.width {
			t.Errorf("%s: the page is %d px wide, the view %d", v.name, wide, v.width)
		}
		for _, pale := range get(t, tab, chromedp.Evaluate[[]string](contrast)) {
			t.Errorf("%s: hard to read: %s", v.name, pale)
		}
		checkRoles(t, tab, v, s)
	}
	tab.check(t, url, s.texts, s.excused)
}

// check looks for texts on the page and for anything that it should not do.
// The browser may complain of what is excused.
func (tab *tab) check(t *testing.T, url string, texts []string, excused string) {
	t.Helper()
	text := get(t, tab, chromedp.Text(chromedp.CSS("body")))
	for _, want := range texts {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %.1000s", want, text)
		}
	}
	if title := get(t, tab, chromedp.Title()); !strings.Contains(title, "Thulium exporter") {
		t.Errorf("the title is %q", title)
	}
	if n := get(t, tab, chromedp.Evaluate[int]("document.querySelectorAll('script, img, iframe, object').length")); n != 0 {
		t.Errorf("%d elements that have no place here", n)
	}
	problems, requests := tab.seen()
	for _, problem := range problems {
		if excused == "" || !strings.Contains(problem, excused) {
			t.Errorf("the console says: %s", problem)
		}
	}
	for _, request := range requests {
		if !strings.HasPrefix(request, url) && !strings.HasPrefix(request, "data:") {
			t.Errorf("a request to %s", request)
		}
	}
}

// checkRoles reads the page as a screen reader does. Tables must be tables in
// every view, though a phone shows rows as cards.
func checkRoles(t *testing.T, tab *tab, v view, s scene) {
	t.Helper()
	tree, err := chromedp.Call(tab.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, node := range tree.Nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role := string(node.Role.Value)
		count[strings.Trim(role, `"`)]++
		needsName := []string{`"link"`, `"button"`, `"searchbox"`, `"columnheader"`, `"rowheader"`}
		if slices.Contains(needsName, role) && (node.Name == nil || len(node.Name.Value) <= len(`""`)) {
			t.Errorf("%s: a %s has no name", v.name, role)
		}
	}
	for role, want := range s.roles {
		if count[role] != want {
			t.Errorf("%s: %d elements are a %s, want %d", v.name, count[role], role, want)
		}
	}
}

// contrast lists the texts that contrast less with what is behind them than
// WCAG 2 wants of small text (AA): 4.5 to 1.
const contrast = `(() => {
  const parse = c => { const n = c.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => [r, g, b].map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
    .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== 'none') return null;
      const c = parse(style.backgroundColor);
      if (c[3] === 1) return c;
    }
    return parse(getComputedStyle(document.body).backgroundColor);
  };
  const bad = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join('');
    const back = text && e.getClientRects().length ? behind(e) : null;
    if (!back) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.add(e.tagName + ' "' + text.slice(0, 40) + '" ' + ratio.toFixed(2));
  }
  return [...bad];
})()`

// keyboard uses the page without a mouse.
func keyboard(browser context.Context, t *testing.T) {
	t.Helper()
	tab := open(browser, t, serve(t, scenes()[0].systems))
	tab.look(t, views()[0])
	tab.do(t, chromedp.KeyEvent("\t"))
	if got := get(t, tab, chromedp.Evaluate[string]("document.activeElement.textContent")); got != "Skip to the content" {
		t.Errorf("the first stop is %q", got)
	}
	if left := get(t, tab, chromedp.Evaluate[float64]("document.activeElement.getBoundingClientRect().left")); left < 0 {
		t.Error("the first stop cannot be seen")
	}
	tab.do(t, chromedp.Focus(chromedp.CSS(`a[href="?sort=records"]`)), chromedp.KeyEvent("\r"),
		chromedp.WaitReady(chromedp.CSS(`th:nth-child(4)[aria-sort="ascending"]`)),
		chromedp.Focus(chromedp.CSS(`a[href="?sort=records&desc"]`)), chromedp.KeyEvent("\r"),
		chromedp.WaitReady(chromedp.CSS(`th:nth-child(4)[aria-sort="descending"]`)),
	)
	if first := get(t, tab, chromedp.Text(chromedp.CSS("tbody tr:first-child th"))); first != "Consent renewal, all customers" {
		t.Errorf("the campaign with most records is %q", first)
	}
}

// search finds a campaign and goes back.
func search(browser context.Context, t *testing.T) {
	t.Helper()
	tab := open(browser, t, serve(t, scenes()[0].systems)+"?sort=name&desc")
	tab.look(t, views()[2])
	tab.do(t, chromedp.SendKeys(chromedp.CSS("#q"), "survey\r"),
		chromedp.WaitReady(chromedp.CSS(`#q[value="survey"]`)))
	if rows := get(t, tab, chromedp.Evaluate[int]("document.querySelectorAll('tbody tr').length")); rows != 1 {
		t.Errorf("%d rows, want 1", rows)
	}
	if url := get(t, tab, chromedp.Location()); !strings.Contains(url, "sort=name") || !strings.Contains(url, "desc") {
		t.Errorf("the search forgot the order: %s", url)
	}
	tab.do(t, chromedp.Click(chromedp.CSS("form a")), chromedp.WaitReady(chromedp.CSS("tbody tr:nth-child(8)")))
}

// readme takes the picture that the README shows.
func readme(browser context.Context, t *testing.T) {
	t.Helper()
	tab := open(browser, t, serve(t, scenes()[0].systems))
	tab.look(t, view{width: 1280, height: 965, scheme: "light"})
	keep(t, pictures+"readme.png", get(t, tab, chromedp.CaptureScreenshot()))
}

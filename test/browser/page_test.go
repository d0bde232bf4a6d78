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
	axe, browser := readAxe(t), startBrowser(t)
	t.Run("guard", func(t *testing.T) { guard(browser, t, axe) })
	for _, s := range scenes() {
		t.Run("looks/"+s.name, func(t *testing.T) { looks(browser, t, s, axe) })
	}
	for name, w := range worlds() {
		t.Run("shows/"+name, func(t *testing.T) { shows(browser, t, w) })
	}
	t.Run("keyboard", func(t *testing.T) { keyboard(browser, t) })
	t.Run("aged", func(t *testing.T) { aged(browser, t, axe) })
	t.Run("print", func(t *testing.T) { printed(browser, t) })
	t.Run("documents", func(t *testing.T) { documents(browser, t) })
}

// guard proves that a page that misbehaves would be noticed.
func guard(browser context.Context, t *testing.T, axe string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<p style="color: #ccc; background: #fff">pale</p><p style="width: 3em; overflow-wrap: anywhere">syllables</p><img src="http://example.com/x.png"><script>console.error("oh")</script>`)
	}))
	defer server.Close()
	tab := open(browser, t, server.URL)
	problems, requests := tab.seen()
	if !slices.Contains(problems, "console.error") || !slices.Contains(requests, "http://example.com/x.png") {
		t.Errorf("noticed %q and %q only", problems, requests)
	}
	if found := strings.Join(tab.violations(t, axe), "\n"); !strings.Contains(found, "color-contrast") || !strings.Contains(found, "image-alt") {
		t.Errorf("axe-core finds %s", found)
	}
	if words := get(t, tab, chromedp.Evaluate[[]string](broken)); !slices.Equal(words, []string{"syllables"}) {
		t.Errorf("in two lines: %q", words)
	}
}

// looks opens a scene and looks at it in every way.
func looks(browser context.Context, t *testing.T, s scene, axe string) {
	t.Helper()
	url := serve(t, s.systems)
	tab := open(browser, t, url+s.query)
	for _, v := range views() {
		if s.large && !v.usual || !s.wide && !v.axe {
			continue
		}
		tab.look(t, v)
		if !s.large {
			tab.shoot(t, pictures+s.name+"-"+v.name+".png")
		}
		checkLayout(t, tab, v, s)
		if v.axe && !s.large {
			for _, violation := range tab.violations(t, axe) {
				t.Errorf("%s: %s", v.name, violation)
			}
		}
		if v.usual && (v.width > 600 || !s.large) {
			checkRoles(t, tab, v, s)
		}
	}
	tab.check(t, url, s.texts, s.excused)
}

// check looks for texts on the page and for anything that it should not do.
// The browser may complain of what is excused.
func (tab *tab) check(t *testing.T, url string, texts []string, excused string) {
	t.Helper()
	text := strings.ReplaceAll(get(t, tab, chromedp.Text(chromedp.CSS("body"))), "\u00a0", " ")
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
	tab.do(t, chromedp.Focus(chromedp.CSS(`a[hreflang="pl"]`)), chromedp.KeyEvent("\r"),
		chromedp.WaitReady(chromedp.CSS(`html[lang="pl"] h1`)),
		chromedp.Focus(chromedp.CSS(`a[hreflang="en"]`)), chromedp.KeyEvent("\r"),
		chromedp.WaitReady(chromedp.CSS(`html[lang="en"] h1`)),
	)
}

// aged lets two minutes pass: the page says so, and its tables lose their colours.
func aged(browser context.Context, t *testing.T, axe string) {
	t.Helper()
	const state = `["visibility", "filter"].map((p, i) => getComputedStyle(document.querySelector([".aged", ".campaigns"][i]))[p]).join(" ")`
	for _, query := range []string{"", "?lang=pl"} {
		tab := open(browser, t, serve(t, scenes()[0].systems)+query)
		tab.look(t, views()[0])
		if got := get(t, tab, chromedp.Evaluate[string](state)); got != "hidden none" {
			t.Errorf("at first: %s", got)
		}
		for _, scheme := range []string{"light", "dark"} {
			tab.look(t, view{width: 390, height: 844, scheme: scheme})
			get(t, tab, chromedp.Evaluate[bool](`document.getAnimations().forEach(a => { a.currentTime = 119000 }), true`))
			if got := get(t, tab, chromedp.Evaluate[string](state)); got != "hidden none" {
				t.Errorf("after 119 s: %s", got)
			}
			get(t, tab, chromedp.Evaluate[bool](`document.getAnimations().forEach(a => { a.currentTime = 121000 }), true`))
			if got := get(t, tab, chromedp.Evaluate[string](state)); got != "visible grayscale(1)" {
				t.Errorf("after 121 s: %s", got)
			}
			for _, violation := range tab.violations(t, axe) {
				t.Errorf("%s: %s", scheme, violation)
			}
		}
		tab.shoot(t, pictures+"aged"+query[min(len(query), 1):]+".png")
	}
}

// printed checks that paper has the bars, and the date with its year.
func printed(browser context.Context, t *testing.T) {
	t.Helper()
	tab := open(browser, t, serve(t, scenes()[0].systems))
	tab.look(t, view{width: 718, scheme: "light", print: true})
	if header := get(t, tab, chromedp.Text(chromedp.CSS("header"))); !strings.Contains(strings.ReplaceAll(header, "\u00a0", " "), "Tue 10 March 2026") {
		t.Errorf("the header is %q", header)
	}
	const bars = `[...document.querySelectorAll("progress, svg, tr.stalled")].every(e => getComputedStyle(e).printColorAdjust === "exact" && e.getBoundingClientRect().height > 5)`
	if !get(t, tab, chromedp.Evaluate[bool](bars)) {
		t.Error("bars are not printed")
	}
}

// documents takes the pictures that the documents show.
func documents(browser context.Context, t *testing.T) {
	t.Helper()
	large, phone := view{width: 1280, height: 800, scheme: "light"}, view{width: 390, height: 844, scheme: "dark"}
	for name, shown := range map[string]struct {
		scene string
		view  view
	}{
		"status": {"stalled", large}, "status-phone": {"eight", phone}, "status-outage": {"down", large}, "strona": {"stalled-pl", large},
	} {
		i := slices.IndexFunc(scenes(), func(s scene) bool { return s.name == shown.scene })
		s := scenes()[i]
		tab := open(browser, t, serve(t, s.systems)+s.query)
		tab.look(t, shown.view)
		keep(t, pictures+"docs/"+name+".png", get(t, tab, chromedp.CaptureScreenshot()))
	}
}

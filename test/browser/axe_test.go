package browser_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeFile is axe-core, which the Makefile fetches.
const axeFile = "../../.tools/axe-core/axe.min.js"

func readAxe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatalf("%v; run: make axe", err)
	}
	return string(script)
}

// violations returns what axe-core finds wrong with a page. Its script is part of
// no page: the browser's debugger runs it.
func (tab *tab) violations(t *testing.T, axe string) []string {
	t.Helper()
	if !get(t, tab, chromedp.Evaluate[bool]("!!window.axe")) {
		get(t, tab, chromedp.Evaluate[bool](axe+"; true"))
	}
	const run = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(
	  v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html).join(" ")))`
	return get(t, tab, chromedp.Evaluate[[]string](run, chromedp.EvalAwaitPromise))
}

// Package browser_test looks at the status page with a real browser.
package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestScenes(t *testing.T) {
	browser := startBrowser(t)
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			url := serve(t, s.systems) + s.query
			for _, v := range views() {
				tab := open(t, browser, v, url)
				text := get(t, tab, chromedp.Text(chromedp.CSS("body")))
				for _, want := range s.texts {
					if !strings.Contains(text, want) {
						t.Errorf("%s: no %q in %s", v.name, want, text)
					}
				}
				tab.shoot(t, "screenshots/"+s.name+"-"+v.name+".png")
			}
		})
	}
}

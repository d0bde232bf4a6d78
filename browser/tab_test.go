package browser_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a browser may take for one step: far more than it does,
// since the machine may be busy.
const patience = 2 * time.Minute

// startBrowser starts Chromium, which ends with the test, and returns the
// context that its tabs are made from.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := find("chromium", "chromium-browser", "google-chrome")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // there is none for root, and the pages are our own
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // nothing leaves this machine
	)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	browser, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("cannot start %s: %v", path, err)
	}
	return browser
}

// find returns the first of the programs that is there.
func find(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no %s: install one, on Debian with: apt-get install chromium", strings.Join(names, ", "))
}

// tab is a page of the browser with everything that happened in it.
type tab struct {
	ctx context.Context

	mu       sync.Mutex
	problems []string // what the console complains about
	requests []string // the URLs
}

// view is how a page is looked at.
type view struct {
	name          string
	width, height int64
	scheme        string
}

func views() []view {
	return []view{
		{"desktop-light", 1280, 800, "light"},
		{"desktop-dark", 1280, 800, "dark"},
		{"phone-light", 390, 844, "light"},
		{"phone-dark", 390, 844, "dark"},
	}
}

// open opens a page in a tab of its own, which ends with the test.
func open(t *testing.T, browser context.Context, v view, url string) *tab {
	t.Helper()
	tab := &tab{}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithListener(tab.note))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // not limited in time: the tab would end with it
		t.Fatal(err)
	}
	limited, stop := context.WithTimeout(ctx, patience)
	t.Cleanup(stop)
	tab.ctx = limited
	_, err := chromedp.Call(limited, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var options []chromedp.EmulateViewportOption
	if v.width < 600 {
		options = append(options, chromedp.EmulateMobile)
	}
	tab.do(t, chromedp.EmulateViewport(v.width, v.height, options...), chromedp.Navigate(url))
	return tab
}

// note keeps what a test wants to know later.
func (tab *tab) note(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		tab.requests = append(tab.requests, e.Request.URL)
	case *log.EventEntryAdded:
		tab.problems = append(tab.problems, string(e.Entry.Level)+": "+e.Entry.Text+" "+e.Entry.URL)
	case *runtime.EventConsoleAPICalled:
		tab.problems = append(tab.problems, "console."+string(e.Type))
	case *runtime.EventExceptionThrown:
		tab.problems = append(tab.problems, e.ExceptionDetails.Text)
	}
}

func (tab *tab) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// get runs an action and returns its value.
func get[T any](t *testing.T, tab *tab, action chromedp.Action[T]) T {
	t.Helper()
	value, err := chromedp.Run(tab.ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// shoot keeps a picture of the whole page as a file.
func (tab *tab) shoot(t *testing.T, path string) {
	t.Helper()
	picture := get(t, tab, chromedp.FullScreenshot(100))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

package browser_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
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
	ctx context.Context //nolint:containedctx // chromedp knows a tab by its context

	mu       sync.Mutex
	problems []string // what the console complains about
	requests []string // the URLs
}

// view is how a page is looked at.
type view struct {
	name          string
	width, height int64
	scheme        string
	forced, print bool
	axe           bool // axe-core looks, too
	usual         bool // all scenes are looked at so
}

func views() []view {
	return []view{
		{name: "1280-light", width: 1280, height: 800, scheme: "light", axe: true, usual: true},
		{name: "1280-dark", width: 1280, height: 800, scheme: "dark", axe: true},
		{name: "1280-forced", width: 1280, height: 800, scheme: "dark", forced: true},
		{name: "1920-light", width: 1920, scheme: "light"},
		{name: "1200-light", width: 1200, scheme: "light"},
		{name: "1024-light", width: 1024, scheme: "light", axe: true},
		{name: "800-light", width: 800, scheme: "light"},
		{name: "718-print", width: 718, scheme: "light", print: true},
		{name: "390-light", width: 390, height: 844, scheme: "light", axe: true, usual: true},
		{name: "390-dark", width: 390, height: 844, scheme: "dark", axe: true},
		{name: "390-forced", width: 390, height: 844, scheme: "light", forced: true},
		{name: "320-light", width: 320, scheme: "light", axe: true},
	}
}

// open opens a page in a tab of its own, which ends with the test.
func open(browser context.Context, t *testing.T, url string) *tab {
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
	call(t, tab, log.Enable, cdp.Empty{})
	call(t, tab, network.Enable, network.EnableParams{})
	tab.do(t, chromedp.Navigate(url))
	return tab
}

// look makes the tab show its page in this way.
func (tab *tab) look(t *testing.T, v view) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme}}}
	if v.forced {
		media.Features = append(media.Features, &emulation.MediaFeature{Name: "forced-colors", Value: "active"})
	}
	if v.print {
		media.Media = "print"
	}
	call(t, tab, emulation.SetEmulatedMedia, media)
	var options []chromedp.EmulateViewportOption
	if v.width < 600 {
		options = append(options, chromedp.EmulateMobile)
	}
	tab.do(t, chromedp.EmulateViewport(v.width, cmp.Or(v.height, 800), options...))
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

func call[P, R any](t *testing.T, tab *tab, command cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(tab.ctx, command, params); err != nil {
		t.Fatal(err)
	}
}

// seen returns what happened so far.
func (tab *tab) seen() (problems, requests []string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return slices.Clone(tab.problems), slices.Clone(tab.requests)
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
	keep(t, path, get(t, tab, chromedp.FullScreenshot(100)))
}

func keep(t *testing.T, path string, picture []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

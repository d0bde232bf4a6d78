package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"thulium_exporter/thulium/simulator"
)

// thulium is all the systems: the first element of the path is the name.
type thulium struct {
	simulator *simulator.Simulator

	mu    sync.Mutex
	polls int
	last  map[string]time.Time
	gap   time.Duration // the longest between two polls of one system
}

func newThulium(campaigns int) *thulium {
	return &thulium{
		simulator: simulator.New(simulator.Config{Username: "load", Password: "load", Campaigns: simulator.Many(campaigns)}),
		last:      map[string]time.Time{},
	}
}

func (t *thulium) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	system, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	t.note(system, time.Now())
	http.StripPrefix("/"+system, t.simulator).ServeHTTP(w, r)
}

func (t *thulium) note(system string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.polls++
	if last, ok := t.last[system]; ok {
		t.gap = max(t.gap, now.Sub(last))
	}
	t.last[system] = now
}

// reset forgets what was seen so far, but for the latest poll of each system.
func (t *thulium) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.polls, t.gap = 0, 0
}

// seen returns the number of polls, and the longest time between two of one
// system.
func (t *thulium) seen() (polls int, gap time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.polls, t.gap
}

func systemName(i int) string { return fmt.Sprintf("system-%05d", i) }

func writeConfig(path, url string, systems int, interval time.Duration) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	fmt.Fprintf(w, "defaults:\n  poll_interval: %s\n  basic_auth: {username: load, password: load}\nsystems:\n", interval)
	for i := range systems {
		fmt.Fprintf(w, "  %s: {url: \"%s/%[1]s\"}\n", systemName(i), url)
	}
	return w.Flush()
}

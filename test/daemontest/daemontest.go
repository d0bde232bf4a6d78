// Package daemontest runs the daemon in the process of a test, and waits for what it
// logs and serves.
package daemontest

import (
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Patience is how long a test waits for what should take milliseconds.
const Patience = 20 * time.Second

// Daemon is one that runs, and returns a Result when it ends.
type Daemon[Result any] struct {
	URL    string
	Hangup chan<- os.Signal
	Log    *Log
	Stop   func() Result
}

// Start runs a daemon that listens on one address and logs it. It is stopped at the
// end of the test.
func Start[Result any](t testing.TB, run func(ctx context.Context, hangup <-chan os.Signal, log io.Writer) Result) *Daemon[Result] {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	hangup := make(chan os.Signal, 1)
	d := &Daemon[Result]{Hangup: hangup, Log: NewLog()}
	result := make(chan Result, 1)
	go func() { result <- run(ctx, hangup, d.Log) }()
	d.Stop = sync.OnceValue(func() Result {
		cancel()
		return <-result
	})
	t.Cleanup(func() { d.Stop() })
	d.URL = "http://" + d.Log.Wait(t, `msg="Listening on" address=(\S+)`)
	return d
}

// Get returns what the daemon serves under a path.
func (d *Daemon[Result]) Get(t testing.TB, path string) string {
	t.Helper()
	return Request(t, http.MethodGet, d.URL+path)
}

// Post returns the response to a request without a body.
func (d *Daemon[Result]) Post(t testing.TB, path string) string {
	t.Helper()
	return Request(t, http.MethodPost, d.URL+path)
}

// Request returns the body of a response, over a connection of its own.
func Request(t testing.TB, method, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: Patience}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Until waits for a condition.
func Until(t testing.TB, what string, met func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(Patience); !met(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// Log is a log that a test can wait for. It is safe for concurrent use.
type Log struct {
	mu      sync.Mutex
	text    strings.Builder
	written chan struct{}
}

// NewLog returns an empty Log.
func NewLog() *Log { return &Log{written: make(chan struct{}, 1)} }

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.written <- struct{}{}:
	default:
	}
	return l.text.Write(p)
}

// String returns all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Wait returns the last group of a pattern, or all of it, once the log matches.
func (l *Log) Wait(t testing.TB, pattern string) string {
	t.Helper()
	for timeout := time.After(Patience); ; {
		if match := regexp.MustCompile(pattern).FindStringSubmatch(l.String()); match != nil {
			return match[len(match)-1]
		}
		select {
		case <-l.written:
		case <-timeout:
			t.Fatalf("no %s in the log:\n%s", pattern, l)
		}
	}
}

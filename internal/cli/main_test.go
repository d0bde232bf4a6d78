// Package cli_test runs the program with its arguments, as main does.
package cli_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"thulium_exporter/internal/cli"
	"thulium_exporter/internal/server"
	"thulium_exporter/thulium/simulator"
)

const (
	password = "correct-horse"
	// patience is how long a test waits for what should take milliseconds.
	patience = 20 * time.Second
	// beExporter makes the test binary be the program.
	beExporter = "TEST_BINARY_IS_THE_EXPORTER"
)

func TestMain(m *testing.M) {
	if os.Getenv(beExporter) != "" {
		ctx, hangup := server.Notify()
		os.Exit(cli.Run(ctx, hangup, os.Args[1:], os.Stdout, os.Stderr)) //nolint:forbidigo // this is the program
	}
	goleak.VerifyTestMain(m)
}

// run runs the program until it ends and returns what it wrote.
func run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = cli.Run(t.Context(), nil, args, &out, &errs)
	return status, out.String(), errs.String()
}

// expect runs the program, which has to end with a status and to write all of want.
func expect(t *testing.T, wantStatus int, args []string, want ...string) {
	t.Helper()
	status, stdout, stderr := run(t, args...)
	output := strings.ReplaceAll(stdout+stderr, `\"`, `"`) // in the log
	if status != wantStatus {
		t.Errorf("%q: got %d, want %d", args, status, wantStatus)
	}
	for _, text := range want {
		if !strings.Contains(output, text) {
			t.Errorf("%q: no %q in\n%s", args, text, output)
		}
	}
	if strings.Contains(output, password) {
		t.Errorf("%q: the password is in\n%s", args, output)
	}
}

// newThulium starts a simulated system and returns the flags that lead to it.
func newThulium(t *testing.T) (*simulator.Simulator, []string) {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		sim.Close()
		server.Close()
	})
	return sim, []string{
		"--thulium.url=" + server.URL, "--thulium.username=u",
		"--thulium.password-file=" + write(t, "password", password+"\n"),
	}
}

// urlOf returns the URL of what newThulium returned.
func urlOf(flags []string) string { return strings.TrimPrefix(flags[0], "--thulium.url=") }

// write puts text into a file of a new directory and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// daemon is one that runs in this process.
type daemon struct {
	url    string
	stop   func() int // returns the exit status
	log    *logged
	hangup chan<- os.Signal
}

// start runs a daemon on a free port until the test ends.
func start(t *testing.T, args ...string) *daemon {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	hangup := make(chan os.Signal, 1)
	d := &daemon{log: &logged{}, hangup: hangup}
	status := make(chan int, 1)
	go func() {
		status <- cli.Run(ctx, hangup, append(args, "--web.listen-address=127.0.0.1:0"), io.Discard, d.log)
	}()
	d.stop = sync.OnceValue(func() int {
		cancel()
		return <-status
	})
	t.Cleanup(func() { d.stop() })
	d.url = "http://" + d.log.wait(t, `msg="Listening on" address=(\S+)`)
	return d
}

func (d *daemon) get(t *testing.T, path string) string {
	t.Helper()
	return request(t, http.MethodGet, d.url+path)
}

// wait waits until a path returns a text.
func (d *daemon) wait(t *testing.T, path, text string) {
	t.Helper()
	until(t, path+" with "+text, func() bool { return strings.Contains(d.get(t, path), text) })
}

func request(t *testing.T, method, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
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

// until waits for a condition.
func until(t *testing.T, what string, met func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !met(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// logged is a log that a test can wait for.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// wait returns the last group of a pattern once the log matches.
func (l *logged) wait(t *testing.T, pattern string) (match string) {
	t.Helper()
	expression := regexp.MustCompile(pattern)
	until(t, pattern, func() bool {
		found := expression.FindStringSubmatch(l.String())
		if found != nil {
			match = found[len(found)-1]
		}
		return found != nil
	})
	return match
}

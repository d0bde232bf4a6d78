package harness

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"thulium_exporter/thulium/simulator"
)

// Thulium is a simulated Thulium on a port of its own, which tests can make
// slow. It requires a username and a password that nobody else has.
type Thulium struct {
	*simulator.Simulator
	URL                string
	Username, Password string
	PasswordFile       string

	gate    sync.RWMutex // held to keep requests waiting
	waiting atomic.Int64
}

// NewThulium starts a Thulium with these campaigns.
func NewThulium(t *testing.T, campaigns ...simulator.Campaign) *Thulium {
	t.Helper()
	return NewRedirecting(t, "", campaigns...)
}

// NewRedirecting is NewThulium with the target of the fault Redirect.
func NewRedirecting(t *testing.T, target string, campaigns ...simulator.Campaign) *Thulium {
	t.Helper()
	th := &Thulium{Username: "exporter", Password: rand.Text()}
	th.Simulator = simulator.New(simulator.Config{
		Username: th.Username, Password: th.Password,
		Campaigns: campaigns, Redirect: target,
		RetryAfter: time.Second, // the least there is: tests wait for it
	})
	th.PasswordFile = File(t, "password", th.Password+"\n")
	server := httptest.NewServer(th)
	th.URL = server.URL
	t.Cleanup(func() {
		th.Close() // before the server, which waits for its requests
		server.Close()
	})
	return th
}

// Flags are those of an exporter for this Thulium.
func (th *Thulium) Flags() []string {
	return []string{
		"--thulium.url=" + th.URL,
		"--thulium.username=" + th.Username,
		"--thulium.password-file=" + th.PasswordFile,
	}
}

// ServeHTTP implements http.Handler.
func (th *Thulium) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	th.waiting.Add(1)
	th.gate.RLock()
	defer th.gate.RUnlock()
	th.waiting.Add(-1)
	th.Simulator.ServeHTTP(w, r)
}

// Hold keeps requests waiting until release is called or the test is over.
func (th *Thulium) Hold(t *testing.T) (release func()) {
	t.Helper()
	th.gate.Lock()
	release = sync.OnceFunc(th.gate.Unlock)
	t.Cleanup(release)
	return release
}

// WaitForRequest waits until one is held.
func (th *Thulium) WaitForRequest(t *testing.T) {
	t.Helper()
	Eventually(t, func() error {
		if th.waiting.Load() == 0 {
			return fmt.Errorf("no request has come to %s", th.URL)
		}
		return nil
	})
}

// File writes a file into a directory of the test and returns its path.
func File(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	Write(t, path, text)
	return path
}

// Write writes a file that only its owner can read.
func Write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

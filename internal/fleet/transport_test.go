package fleet

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium"
)

// polled returns a system that is polled each minute, with a user of its name.
func polled(t *testing.T, name, url string) *config.System {
	t.Helper()
	base, err := thulium.ParseURL(url, false)
	if err != nil {
		t.Fatal(err)
	}
	return &config.System{Name: name, URL: base, PollInterval: time.Minute, HTTP: commonconfig.HTTPClientConfig{
		BasicAuth: &commonconfig.BasicAuth{Username: name, Password: commonconfig.Secret("secret of " + name)}, EnableHTTP2: true,
	}}
}

func TestSharedTransport(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*config.System)
		shared bool
	}{
		"other credentials": {func(*config.System) {}, true},
		"other interval":    {func(s *config.System) { s.PollInterval = time.Hour }, true},
		"keeps connections": {func(s *config.System) { s.PollInterval = idleTimeout }, false},
		"asks on scrape":    {func(s *config.System) { s.PollInterval = 0 }, false},
		"other server name": {func(s *config.System) { s.HTTP.TLSConfig.ServerName = "other" }, false},
		"no verification":   {func(s *config.System) { s.HTTP.TLSConfig.InsecureSkipVerify = true }, false},
		"proxy":             {func(s *config.System) { s.HTTP.ProxyFromEnvironment = true }, false},
		"bearer token": {func(s *config.System) {
			s.HTTP.BasicAuth = nil
			s.HTTP.Authorization = &commonconfig.Authorization{Type: "Bearer", Credentials: "secret"}
		}, false},
		"headers": {func(s *config.System) { s.HTTP.HTTPHeaders = &commonconfig.Headers{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWay("test")
			first, err := w.transport(polled(t, "a", "https://a.example"))
			if err != nil {
				t.Fatal(err)
			}
			other := polled(t, "b", "https://b.example")
			tt.change(other)
			second, err := w.transport(other)
			if err != nil {
				t.Fatal(err)
			}
			if shared := first == second; shared != tt.shared {
				t.Errorf("the transport is shared: %t, want %t", shared, tt.shared)
			}
		})
	}
}

// TestOwnCredentials: systems that share a transport send what is theirs. A
// password file is read for each request.
func TestOwnCredentials(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		got = append(got, user+": "+password)
		_, _ = w.Write([]byte("[]"))
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "password")
	a, b := polled(t, "a", server.URL), polled(t, "b", server.URL)
	b.HTTP.BasicAuth.Password, b.HTTP.BasicAuth.PasswordFile = "", file
	w := newWay("test")
	var clients []*thulium.Client
	for _, s := range []*config.System{a, b} {
		client, _, err := w.client(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		clients = append(clients, client)
	}
	for _, password := range []string{"old", "new"} {
		if err := os.WriteFile(file, []byte(password), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, c := range clients {
			if _, err := c.Stats(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if all := strings.Join(got, ", "); all != "a: secret of a, b: old, a: secret of a, b: new" || len(w.shared) != 1 {
		t.Errorf("sent %s through %d transports", all, len(w.shared))
	}
}

// TestPrune: a transport goes with the last system that uses it.
func TestPrune(t *testing.T) {
	w := newWay("test")
	a, b := polled(t, "a", "https://a.example"), polled(t, "b", "https://b.example")
	b.HTTP.TLSConfig.ServerName = "other"
	for _, s := range []*config.System{a, b} {
		if _, err := w.transport(s); err != nil {
			t.Fatal(err)
		}
	}
	w.shared.prune([]*System{{System: a}})
	if len(w.shared) != 1 || w.shared[a.HTTP.TLSConfig] == nil {
		t.Errorf("%d transports are left, want that of a", len(w.shared))
	}
}

package fleet_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/files"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/thulium"
)

// passwords is a Thulium that remembers the latest password.
type passwords struct{ latest atomic.Pointer[string] }

func (p *passwords) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, password, _ := r.BasicAuth()
	p.latest.Store(&password)
	_, _ = w.Write([]byte("[]"))
}

// withFile returns the client of a system whose password is in a file.
func withFile(t *testing.T, url, file string) *thulium.Client {
	t.Helper()
	s := system(t, "a", url, 0)
	s.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", PasswordFile: file}
	client, _, err := fleet.NewClient(s, "test", files.NewReader(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestPasswordFile is read again for each request.
func TestPasswordFile(t *testing.T) {
	sent := &passwords{}
	server := httptest.NewServer(sent)
	defer server.Close()
	file := filepath.Join(t.TempDir(), "password")
	client := withFile(t, server.URL, file)
	for _, password := range []string{"old", "new"} {
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Stats(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := *sent.latest.Load(); got != password {
			t.Errorf("sent %q, want %q", got, password)
		}
	}
}

// TestBadPasswordFile: nothing is sent, nothing hangs, and the error says what
// to do. It does not name the path.
func TestBadPasswordFile(t *testing.T) {
	sent := &passwords{}
	server := httptest.NewServer(sent)
	defer server.Close()
	for name, prepare := range map[string]func(path string) error{
		"missing":   func(string) error { return nil },
		"empty":     func(path string) error { return os.WriteFile(path, []byte(" \n"), 0o600) },
		"a FIFO":    mkfifo,
		"too large": func(path string) error { return os.WriteFile(path, make([]byte, 1<<20), 0o600) },
		"endless":   func(path string) error { return os.Symlink("/dev/zero", path) },
		"directory": func(path string) error { return os.Mkdir(path, 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "hunter2")
			if err := prepare(file); err != nil {
				t.Fatal(err)
			}
			_, err := withFile(t, server.URL, file).Stats(t.Context())
			var failure *thulium.Error
			if !errors.As(err, &failure) || failure.Result != thulium.Unauthorized || failure.Hint() == "" {
				t.Errorf("got %v, want unauthorized with a hint", err)
			}
			if sent.latest.Load() != nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("sent a password, or named the path: %v", err)
			}
		})
	}
}

// TestMissingCredentials: errors of other credentials do not name the path, either.
func TestMissingCredentials(t *testing.T) {
	for name, set := range map[string]func(*commonconfig.HTTPClientConfig, string){
		"credentials_file": func(c *commonconfig.HTTPClientConfig, file string) {
			c.Authorization = &commonconfig.Authorization{Type: "Bearer", CredentialsFile: file}
		},
		"client_secret_file": func(c *commonconfig.HTTPClientConfig, file string) {
			c.OAuth2 = &commonconfig.OAuth2{ClientID: "u", ClientSecretFile: file, TokenURL: "http://localhost/token"}
		},
	} {
		s := system(t, "a", "http://localhost", 0)
		s.HTTP.BasicAuth = nil
		set(&s.HTTP, filepath.Join(t.TempDir(), "hunter2"))
		client, _, err := fleet.NewClient(s, "test", files.NewReader(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Stats(t.Context())
		failure, ok := errors.AsType[*thulium.Error](err)
		if !ok || failure.Result != thulium.Unauthorized || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want unauthorized without the path", name, err)
		}
	}
}

// TestHTTP1: a dead connection of HTTP/2 would be kept for minutes.
func TestHTTP1(t *testing.T) {
	protocol := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocol <- r.Proto
		_, _ = w.Write([]byte("[]"))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	d := draft(server.URL, 0)
	d.HTTP.TLSConfig.InsecureSkipVerify = true
	client, _, err := fleet.NewClient(check(t, "a", d), "test", files.NewReader(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Stats(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-protocol; got != "HTTP/1.1" {
		t.Errorf("got %s, want HTTP/1.1", got)
	}
}

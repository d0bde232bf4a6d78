package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	toolkit "github.com/prometheus/exporter-toolkit/web"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/logging"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/memnet"
	"thulium_exporter/thulium/simulator"
)

const (
	fewFiles = 64          // allow for 32 connections
	latency  = time.Second // of Thulium
)

// floods are what one client after another does with a connection. Each lasts
// until the connection is closed.
func floods() map[string]func(net.Conn) {
	send := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			if _, err := io.WriteString(conn, text); err == nil {
				_, _ = io.Copy(io.Discard, conn)
			}
		}
	}
	return map[string]func(net.Conn){
		"pages that are not read":     pipeline("/?format=json"),
		"a body that never comes":     send("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"),
		"a chunk that never comes":    send("POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
		"silence":                     send(""),
		"half a header":               send("GET /metrics HTTP/1.1\r\nHost: x\r\n"),
		"responses that are not read": pipeline("/metrics"),
	}
}

// pipeline sends requests without end and reads nothing.
func pipeline(path string) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				return
			}
		}
	}
}

// TestScrapesDuringFloods: a new scrape is served at once while each of many
// clients hold more connections than there may be, and others come during it.
func TestScrapesDuringFloods(t *testing.T) {
	for mode, interval := range map[string]time.Duration{"fetched": 0, "polled": time.Minute} {
		for name, flood := range floods() {
			t.Run(mode+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newScene(t, interval)
					for range 3 {
						s.flood(flood, 40)
						synctest.Wait()
						var more sync.WaitGroup
						more.Go(func() {
							time.Sleep(latency / 2)
							s.flood(flood, 10)
						})
						s.scrape(t)
						more.Wait()
					}
				})
			})
		}
	}
}

// TestBodiesAreRefused at once, whether or not anything of them comes.
func TestBodiesAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, time.Minute)
		for _, request := range []string{
			"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
			"POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
			"POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
			"GET /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
		} {
			start := time.Now()
			conn, err := s.server.Dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, request); err != nil {
				t.Fatal(err)
			}
			response, err := io.ReadAll(conn)
			if err != nil || !strings.HasPrefix(string(response), "HTTP/1.1 413 ") || time.Since(start) > time.Second {
				t.Errorf("%q: %q and %v after %s", request, response, err, time.Since(start))
			}
		}
	})
}

// TestUnreadResponsesEnd: a client that does not read is given up after seconds.
func TestUnreadResponsesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, time.Minute)
		s.flood(floods()["responses that are not read"], 1)
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if n := s.flooding.Load(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
}

// TestNoConnection: the watchdog's requests come over no connection, but take the
// lock that others take.
func TestNoConnection(t *testing.T) {
	c := newConnections(fewFiles)
	server := limited(c, http.NotFoundHandler(), stdlog.New(io.Discard, "", 0))
	response := httptest.NewRecorder()
	server.Handler.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if response.Code != http.StatusNotFound || c.steps == 0 || len(c.open) != 0 {
		t.Errorf("got status %d after %d steps", response.Code, c.steps)
	}
}

// TestNoHTTP2: even a client that prefers HTTP/2 over TLS gets HTTP/1.1, so that
// a connection carries one request at a time.
func TestNoHTTP2(t *testing.T) {
	example := httptest.NewTLSServer(nil) // for its certificate
	example.Close()
	server := limited(newConnections(fewFiles), http.NotFoundHandler(), stdlog.New(io.Discard, "", 0))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	flags := &toolkit.FlagConfig{WebConfigFile: new(webConfig(t, example.TLS.Certificates[0]))}
	var serving sync.WaitGroup
	serving.Go(func() { _ = toolkit.Serve(listener, server, flags, logging.Slog(log.NewNopLogger())) })
	defer serving.Wait()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(example.Certificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Get("https://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.ProtoMajor != 1 {
		t.Errorf("got %s", res.Proto)
	}
}

// webConfig writes a web configuration with this certificate.
func webConfig(t *testing.T, certificate tls.Certificate) string {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for file, content := range map[string][]byte{
		"cert.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}),
		"key.pem":  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		"web.yml":  []byte("tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "web.yml")
}

// scene is a server and the one Thulium that it requests, all joined by pipes in
// a bubble of testing/synctest.
type scene struct {
	server   *memnet.Listener
	flooding atomic.Int64
}

func newScene(t *testing.T, interval time.Duration) *scene {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: "p", Campaigns: simulator.Many(100)})
	thulium := memnet.Serve(t, &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(latency):
			sim.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})})
	draft := config.Draft{URL: "http://127.0.0.1", PollInterval: model.Duration(interval)}
	draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: "p"}
	system, err := draft.Check("a", config.Calendars{})
	if err != nil {
		t.Fatal(err)
	}
	f := fleet.New("test", log.NewNopLogger(), fleet.WithDialContext(thulium.Dial))
	t.Cleanup(f.Close)
	if err := f.Apply([]config.System{system}); err != nil {
		t.Fatal(err)
	}
	handler, err := web.New(f, prometheus.NewRegistry(), nil, log.NewNopLogger(), web.Options{Options: status.Options{TelemetryPath: "/metrics"}})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * latency) // the first poll
	return &scene{server: memnet.Serve(t, limited(newConnections(fewFiles), handler, stdlog.New(io.Discard, "", 0)))}
}

// flood opens connections that do so.
func (s *scene) flood(does func(net.Conn), connections int) {
	for range connections {
		conn, err := s.server.Dial(context.Background(), "", "")
		if err != nil {
			return // the test is over
		}
		s.flooding.Add(1)
		go func() {
			does(conn)
			conn.Close()
			s.flooding.Add(-1)
		}()
	}
}

// scrape fails unless Prometheus would have its metrics within ten seconds.
func (s *scene) scrape(t *testing.T) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DialContext: s.server.Dial}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	res, err := client.Get("http://127.0.0.1/metrics")
	if err != nil {
		t.Error(err)
		return
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "thulium_up 1\n") {
		t.Errorf("%s %v: %.1000s", res.Status, err, body)
	}
}

// Package floods has clients take all that they can get of the exporter while
// others scrape it and read its pages.
package floods

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
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
	"thulium_exporter/internal/server"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/memnet"
	"thulium_exporter/thulium/simulator"
)

const (
	latency = time.Second // of Thulium
	// many is more connections than the exporter has for all of its clients.
	many = 600

	scraper  = "192.0.2.1"
	attacker = "192.0.2.2"
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

// TestScrapesDuringFloods: a new scrape is served at once while another client
// holds more connections than there may be, and opens others during it.
func TestScrapesDuringFloods(t *testing.T) {
	for mode, interval := range map[string]time.Duration{"fetched": 0, "polled": time.Minute} {
		for name, flood := range floods() {
			t.Run(mode+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newScene(t, interval, 10)
					for range 3 {
						s.flood(attacker, flood, many)
						synctest.Wait()
						var more sync.WaitGroup
						more.Go(func() {
							time.Sleep(latency / 2)
							s.flood(attacker, flood, many)
						})
						s.scrape(t, scraper)
						more.Wait()
					}
				})
			})
		}
	}
}

// TestAddresses: a client is an address, whatever its family, or an IPv6 network. The
// scrape is served although its connection is the oldest.
func TestAddresses(t *testing.T) {
	for name, clients := range map[string]struct{ scraper, attacker string }{
		"IPv4":        {"192.0.2.1", "192.0.2.2"},
		"IPv6":        {"2001:db8::1", "2001:db8:0:1::%d"},
		"IPv4 mapped": {"192.0.2.1", "::ffff:192.0.2.2"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, 0, 100)
				var scrape sync.WaitGroup
				scrape.Go(func() { s.scrape(t, clients.scraper) })
				synctest.Wait()
				for i := range many {
					address := clients.attacker
					if strings.Contains(address, "%d") {
						address = fmt.Sprintf(address, i)
					}
					s.flood(address, floods()["silence"], 1)
				}
				scrape.Wait()
			})
		})
	}
}

// TestOwnAddress: a Prometheus server with more systems than it may have connections
// loses no scrape of those that it makes at a time.
func TestOwnAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, 0, 100)
		clients := make([]*http.Client, many)
		for i := range clients {
			transport := &http.Transport{DialContext: s.server.From(scraper)}
			clients[i] = &http.Client{Transport: transport}
			defer transport.CloseIdleConnections()
		}
		for range 2 {
			var scrapes sync.WaitGroup
			for i, client := range clients {
				time.Sleep(time.Minute / many)
				scrapes.Go(func() {
					if err := scrape(client); err != nil {
						t.Errorf("scrape %d: %v", i, err)
					}
				})
			}
			scrapes.Wait()
		}
	})
}

// TestHonestReaders: clients that read large pages slowly, at the same time, get
// them whole.
func TestHonestReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, time.Minute, 10_000)
		var readers sync.WaitGroup
		for range 8 {
			readers.Go(func() {
				for range 2 {
					if n, err := s.readSlowly(t, "/?format=json"); err != nil || n < 2<<20 {
						t.Errorf("%d bytes and %v", n, err)
					}
				}
			})
		}
		readers.Wait()
	})
}

// readSlowly returns how many bytes a response has.
func (s *scene) readSlowly(t *testing.T, path string) (int, error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: s.server.From(scraper), DisableKeepAlives: true}}
	res, err := client.Get("http://127.0.0.1" + path)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	total, piece := 0, make([]byte, 64<<10)
	for {
		n, err := res.Body.Read(piece)
		total += n
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		time.Sleep(time.Millisecond)
	}
}

// TestBodiesAreRefused at once, whether or not anything of them comes.
func TestBodiesAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, time.Minute, 100)
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
		s := newScene(t, time.Minute, 100)
		s.flood(attacker, floods()["responses that are not read"], 1)
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if n := s.flooding.Load(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
}

// TestLateResponse: a scrape may wait for Thulium longer than its client may take to
// read the response.
func TestLateResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, 0, 100)
		s.latency.Store(int64(25 * time.Second))
		client := &http.Client{Transport: &http.Transport{DialContext: s.server.From(scraper), DisableKeepAlives: true}}
		if err := scrape(client); err != nil {
			t.Error(err)
		}
	})
}

// TestNoHTTP2: even a client that prefers HTTP/2 over TLS gets HTTP/1.1, so that
// a connection carries one request at a time.
func TestNoHTTP2(t *testing.T) {
	example := httptest.NewTLSServer(nil) // for its certificate
	example.Close()
	https := server.NewHTTP(http.NotFoundHandler(), stdlog.New(io.Discard, "", 0))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	flags := &toolkit.FlagConfig{WebConfigFile: new(webConfig(t, example.TLS.Certificates[0]))}
	var serving sync.WaitGroup
	serving.Go(func() { _ = toolkit.Serve(listener, https, flags, logging.Slog(log.NewNopLogger())) })
	defer serving.Wait()
	defer https.Close()
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
	latency  atomic.Int64 // of Thulium
	flooding atomic.Int64
}

func newScene(t *testing.T, interval time.Duration, campaigns int) *scene {
	t.Helper()
	s := &scene{}
	s.latency.Store(int64(latency))
	sim := simulator.New(simulator.Config{Username: "u", Password: "p", Campaigns: simulator.Many(campaigns)})
	thulium := memnet.Serve(t, &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(time.Duration(s.latency.Load())):
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
	f := fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewNopLogger(), HTTP: []commonconfig.HTTPClientOption{commonconfig.WithDialContextFunc(thulium.Dial)}})
	t.Cleanup(f.Close)
	if err := f.Apply([]config.System{system}); err != nil {
		t.Fatal(err)
	}
	handler, err := web.New(f, prometheus.NewRegistry(), nil, log.NewNopLogger(),
		web.Options{Options: status.Options{TelemetryPath: "/metrics"}})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * latency) // the first poll
	s.server = memnet.Serve(t, server.NewHTTP(handler, stdlog.New(io.Discard, "", 0)))
	return s
}

// flood opens connections from an address that do so.
func (s *scene) flood(from string, does func(net.Conn), connections int) {
	dial := s.server.From(from)
	for range connections {
		conn, err := dial(context.Background(), "", "")
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
func (s *scene) scrape(t *testing.T, from string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: s.server.From(from)}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	if err := scrape(client); err != nil {
		t.Error(err)
	}
}

// scrape returns an error unless there are metrics.
func scrape(client *http.Client) error {
	res, err := client.Get("http://127.0.0.1/metrics")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || !strings.Contains(string(body), "thulium_up 1\n")) {
		err = fmt.Errorf("%s: %.1000s", res.Status, body)
	}
	return err
}

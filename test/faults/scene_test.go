package faults

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/memnet"
	"thulium_exporter/thulium/simulator"
)

const (
	password = "correct-horse"
	// latency is what each response of Thulium takes at least, so that scrapes
	// overlap and hang up in the middle of a request.
	latency = time.Second
	// scrapeTimeout is what scrapers allow, fetchTimeout what the system is
	// allowed.
	scrapeTimeout = 10 * time.Second
	fetchTimeout  = 15 * time.Second
)

// scene is an exporter and its one Thulium, joined by pipes. It
// lives in a bubble of testing/synctest: its clock moves only while nobody
// works, and the bubble fails the test if a goroutine outlives it.
type scene struct {
	http.Handler
	thulium *simulator.Simulator
	conns   *link
	start   time.Time
}

func newScene(t *testing.T, interval time.Duration) *scene {
	t.Helper()
	return newLoggedScene(t, interval, log.NewNopLogger())
}

func newLoggedScene(t *testing.T, interval time.Duration, logger log.Logger) *scene {
	t.Helper()
	s := &scene{
		thulium: simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: simulator.Documented()}),
		start:   time.Now(),
	}
	s.conns = newLink(t, slow(s.thulium))
	f := fleet.New(fleet.Options{UserAgent: "test", Logger: logger, HTTP: []commonconfig.HTTPClientOption{commonconfig.WithDialContextFunc(s.conns.dial)}})
	if err := f.Apply([]config.System{system(t, interval)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		start := time.Now()
		f.Close()
		if took := time.Since(start); took > time.Second {
			t.Errorf("the fleet took %s to close", took)
		}
		s.conns.release()
		synctest.Wait()
		if n := s.conns.open.Load(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
	handler, err := web.New(f, prometheus.NewRegistry(), nil, log.NewNopLogger(), web.Options{Options: status.Options{TelemetryPath: "/metrics"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Handler = handler
	return s
}

func system(t *testing.T, interval time.Duration) config.System {
	t.Helper()
	draft := config.Draft{
		URL:     "http://127.0.0.1",
		Timeout: model.Duration(fetchTimeout),
		// The response before a fault is too old as soon as the next poll failed.
		PollInterval: model.Duration(interval), PollMaxAge: model.Duration(interval),
	}
	draft.Business = business.Spec{Holidays: []string{"none"}, Windows: []business.Window{{
		Weekdays: []string{"monday:sunday"}, Times: []business.TimeRange{{Start: "00:00", End: "24:00"}},
	}}}
	draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: password}
	s, err := draft.Check("a", config.Calendars{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// slow has every response take the latency, unless nobody waits for it.
func slow(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(latency):
			h.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

// setFault changes how Thulium responds, once no outcome is shared any more with
// scrapes that follow.
func (s *scene) setFault(fault simulator.Fault) {
	wait(time.Second)
	s.thulium.SetFault(fault)
}

// wait lets time pass.
func wait(d time.Duration) { <-time.After(d) }

// waitUntil lets time pass until so long after the start.
func (s *scene) waitUntil(since time.Duration) { wait(since - time.Since(s.start)) }

// scrape makes the request of one Prometheus.
func (s *scene) scrape(t *testing.T) scrapes {
	t.Helper()
	return s.scrapeAll(t, scrapers{count: 1}, 0)
}

// scrapeAll returns what the scrapers get. Those who leave before they have a
// response get none; then the handler must end at once.
func (s *scene) scrapeAll(t *testing.T, who scrapers, after time.Duration) scrapes {
	t.Helper()
	all := make(scrapes, who.count)
	limit := scrapeTimeout
	if who.leave {
		limit = after
	}
	var scraping sync.WaitGroup
	for i := range all {
		scraping.Go(func() { all[i] = s.request(t, paths()[i%len(paths())], who.leave, after) })
	}
	scraping.Wait()
	for _, got := range all {
		if got.took > limit {
			t.Errorf("the scrape took %s, its scraper waits for %s", got.took, limit)
		}
	}
	return slices.DeleteFunc(all, func(got scrape) bool { return who.leave && got.took == limit })
}

// paths are where the one system is scraped.
func paths() []string { return []string{"/metrics", "/probe?target=a"} }

// request makes one scrape, and hangs up some time after it began if told to.
func (s *scene) request(t *testing.T, path string, leave bool, after time.Duration) scrape {
	t.Helper()
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	if leave {
		defer time.AfterFunc(after, hangUp).Stop()
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", strconv.Itoa(int(scrapeTimeout.Seconds())))
	w := httptest.NewRecorder()
	start := time.Now()
	s.ServeHTTP(w, r)
	return scrape{w.Code, w.Body.String(), time.Since(start)}
}

// isQuiet wants no request under way once the scrapers are gone.
func (s *scene) isQuiet(t *testing.T) {
	t.Helper()
	wait(100 * time.Millisecond) // in which slow faults notice that nobody listens
	synctest.Wait()
	if n := s.thulium.InFlight(); n != 0 {
		t.Errorf("%d requests are still under way", n)
	}
}

// link is the connections between the exporter and its Thulium.
type link struct {
	*memnet.Listener
	open atomic.Int64 // connections that the server has
	deaf atomic.Bool  // connections ignore that they are closed, and responses end in the middle

	mu     sync.Mutex
	closes []net.Conn // those that did
}

// newLink serves by handler until the test is over.
func newLink(t *testing.T, handler http.Handler) *link {
	t.Helper()
	l := &link{}
	l.Listener = memnet.Serve(t, &http.Server{Handler: l.stall(handler), ConnState: l.count})
	return l
}

func (l *link) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		l.open.Add(1)
	case http.StateClosed, http.StateHijacked: // the simulator closes what it hijacks
		l.open.Add(-1)
	case http.StateActive, http.StateIdle:
	}
}

func (l *link) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &deafConn{conn, l}, nil
}

// stall sends the beginning of a response and no more while connections are deaf.
func (l *link) stall(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.deaf.Load() {
			next.ServeHTTP(w, r)
			return
		}
		_, _ = w.Write([]byte("["))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
}

// release ends deafness, and what hangs because of it.
func (l *link) release() {
	l.deaf.Store(false)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.closes {
		_ = conn.Close()
	}
	l.closes = nil
}

// deafConn is a connection whose reads can outlast its end, as those of a stuck
// file system do. So they outlast any context.
type deafConn struct {
	net.Conn
	link *link
}

func (c *deafConn) Close() error {
	if !c.link.deaf.Load() {
		return c.Conn.Close()
	}
	c.link.mu.Lock()
	defer c.link.mu.Unlock()
	c.link.closes = append(c.link.closes, c.Conn)
	return nil
}

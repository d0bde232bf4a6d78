package fleet_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/test/memnet"
	"thulium_exporter/thulium"
)

// inMemory returns a fleet whose systems all request this handler, for tests in a
// bubble of testing/synctest.
func inMemory(t *testing.T, handler http.HandlerFunc) *fleet.Fleet {
	t.Helper()
	server := memnet.Serve(t, &http.Server{Handler: handler})
	f := fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewNopLogger(), HTTP: []commonconfig.HTTPClientOption{commonconfig.WithDialContextFunc(server.Dial)}})
	t.Cleanup(f.Close)
	return f
}

// TestDeadSystemsDelayNobody: 300 systems begin to hang at once, more than may be
// polled at a time. Those that respond are up all the while.
func TestDeadSystemsDelayNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hang atomic.Bool
		f := inMemory(t, func(w http.ResponseWriter, r *http.Request) {
			if hang.Load() && !strings.HasPrefix(r.Host, "127.0.0.2") {
				<-r.Context().Done()
				return
			}
			_, _ = w.Write([]byte(`[{"id": "00001", "records_count": 10, "completion_percent": 50}]`))
		})
		var systems []config.System
		for i := range 350 {
			address := "127.0.0.1"
			if i < 50 {
				address = "127.0.0.2"
			}
			systems = append(systems, system(t, fmt.Sprint("s", i), fmt.Sprintf("http://%s:%d", address, 1000+i), 5*time.Second))
		}
		apply(t, f, systems...)
		time.Sleep(20 * time.Second)
		hang.Store(true)
		for second := range 120 {
			time.Sleep(time.Second)
			for i := range 50 {
				if s := f.Get(fmt.Sprint("s", i)).Latest(); !s.Up() {
					t.Fatalf("%d s later, system %d is down: %v", second, i, s.Err)
				}
			}
		}
	})
}

// limited is a Thulium that counts its requests and rejects them for an hour.
func limited(requests *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

// TestReloadEndsRetryAfter in all ways to fetch, and whether or not a reload
// changes the requests: it ends the pause, but starts a request only where the
// latest one began at least ten seconds before.
func TestReloadEndsRetryAfter(t *testing.T) {
	for name, interval := range map[string]time.Duration{"on scrape": 0, "polled": time.Minute} {
		for _, changes := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, changed %t", name, changes), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var requests atomic.Int64
					f := inMemory(t, limited(&requests))
					d := draft("http://127.0.0.1", interval)
					apply(t, f, check(t, "a", d))
					for i := range 300 {
						time.Sleep(99 * time.Millisecond)
						f.Get("a").Snapshot(t.Context())
						if changes {
							d.Timeout = model.Duration(time.Duration(1+i%2) * time.Second)
						}
						apply(t, f, check(t, "a", d))
					}
					if got := requests.Load(); got != 3 {
						t.Errorf("%d requests after 300 reloads in 30 s, want 3", got)
					}
				})
			})
		}
	}
}

// TestReloadEndsBackoff: the poll that a reload causes does not wait for the pause
// after failures, and the interval stays the configured one.
func TestReloadEndsBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fails atomic.Bool
		fails.Store(true)
		f := inMemory(t, func(w http.ResponseWriter, _ *http.Request) {
			if fails.Load() {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			_, _ = w.Write([]byte("[]"))
		})
		s := system(t, "a", "http://127.0.0.1", time.Minute)
		apply(t, f, s)
		time.Sleep(time.Hour)
		fails.Store(false)
		apply(t, f, s)
		time.Sleep(10 * time.Second)
		if s := f.Get("a").Latest(); !s.Up() || s.Requests[thulium.OK] != 1 {
			t.Fatalf("got %+v, want a response ten seconds after the reload", s)
		}
		for range 10 {
			apply(t, f, s)
			time.Sleep(time.Minute)
		}
		if s := f.Get("a").Latest(); s.Requests[thulium.OK] != 11 {
			t.Errorf("%d responses ten minutes later, want 11", s.Requests[thulium.OK])
		}
	})
}

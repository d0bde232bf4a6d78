package simulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"thulium_exporter/thulium/simulator"
)

const documented = `[{"id":"00001","records_count":1324,"completion_percent":14.87},` +
	`{"id":"00002","records_count":20,"completion_percent":23}]`

const envelope = `^\{"request_id":"[0-9a-f]{13}","errors":\[\{"message":"[^"]+","code":\d{6}\}\]\}$`

// ask sends one request without a server.
func ask(t *testing.T, s *simulator.Simulator, target string, change func(*http.Request)) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestServe(t *testing.T) {
	s := simulator.New(simulator.Config{
		Username: "exporter", Password: "secret", Campaigns: simulator.Documented(),
	})
	login := func(r *http.Request) { r.SetBasicAuth("exporter", "secret") }
	for _, tt := range []struct {
		name, target string
		change       func(*http.Request)
		status       int
		body         string
	}{
		{"all", simulator.Path, login, 200, "^" + regexp.QuoteMeta(documented) + "$"},
		{"one", simulator.Path + "?id=00002", login, 200,
			`^\[{"id":"00002","records_count":20,"completion_percent":23}\]$`},
		{"none", simulator.Path + "?id=00003", login, 200, `^\[\]$`},
		{"path", "/api/outbounds", login, 404, envelope},
		{"method", simulator.Path, func(r *http.Request) { r.Method = http.MethodPost }, 405, envelope},
		{"no login", simulator.Path, nil, 401, envelope},
		{"password", simulator.Path, func(r *http.Request) { r.SetBasicAuth("exporter", "no") }, 401, envelope},
		{"user", simulator.Path, func(r *http.Request) { r.SetBasicAuth("no", "secret") }, 401, envelope},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp := ask(t, s, tt.target, tt.change)
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
			if got := text(t, resp.Body); !regexp.MustCompile(tt.body).MatchString(got) {
				t.Errorf("body %s, want %s", got, tt.body)
			}
			if challenge := resp.Header.Get("WWW-Authenticate"); (challenge != "") != (tt.status == 401) {
				t.Errorf("WWW-Authenticate %q with status %d", challenge, tt.status)
			}
		})
	}
	if s.Requests() != 8 || s.InFlight() != 0 {
		t.Errorf("%d requests, %d in flight; want 8, 0", s.Requests(), s.InFlight())
	}
}

func TestRequestIDs(t *testing.T) {
	first := func(seed uint64) string {
		return text(t, ask(t, simulator.New(simulator.Config{Seed: seed}), "/", nil).Body)
	}
	one, again, two := first(1), first(1), first(2)
	if one != again || one == two {
		t.Error("request IDs do not follow from the seed")
	}
	s := simulator.New(simulator.Config{})
	one = text(t, ask(t, s, "/", nil).Body)
	if text(t, ask(t, s, "/", nil).Body) == one {
		t.Error("two requests have the same ID")
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)
	s := simulator.New(simulator.Config{
		Now: func() time.Time { return now }, Speed: 60,
		Campaigns: []simulator.Campaign{{ID: "00007", Records: 100, PerHour: 10}},
	})
	for _, tt := range []struct {
		passed time.Duration
		want   int
	}{{2 * time.Minute, 20}, {time.Minute, 10}, {-time.Hour, 0}, {2 * time.Minute, 20}} {
		old := now
		now = now.Add(tt.passed)
		want := fmt.Sprintf(`[{"id":"00007","records_count":100,"completion_percent":%d}]`, tt.want)
		if got := text(t, ask(t, s, simulator.Path, nil).Body); got != want {
			t.Errorf("after %v: %s, want %s", tt.passed, got, want)
		}
		now = old
	}
}

func TestConcurrentUse(t *testing.T) {
	s := simulator.New(simulator.Config{Campaigns: simulator.Demo(1)})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				switch i {
				case 0:
					s.SetCampaigns(simulator.Documented())
					s.SetCampaigns(simulator.Demo(1))
				case 1:
					s.SetFault(simulator.DuplicateIDs)
					s.SetFault(simulator.NoFault)
				default:
					ask(t, s, simulator.Path, nil)
				}
			}
		})
	}
	all.Wait()
	if s.Requests() != 300 {
		t.Errorf("%d requests, want 300", s.Requests())
	}
}

// sink is a http.ResponseWriter that costs nothing.
type sink struct{ header http.Header }

func (s sink) Header() http.Header         { return s.header }
func (s sink) Write(b []byte) (int, error) { return len(b), nil }
func (s sink) WriteHeader(int)             {}

func TestStaticAllocations(t *testing.T) {
	s := simulator.New(simulator.Config{Campaigns: simulator.Many(10_000)})
	r := httptest.NewRequest(http.MethodGet, simulator.Path, nil)
	w := sink{http.Header{}}
	if n := testing.AllocsPerRun(100, func() { s.ServeHTTP(w, r) }); n > 5 {
		t.Errorf("%v allocations per request, want at most 5", n)
	}
}

func TestUnknownFault(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, `"timeuot"`) {
			t.Errorf("panic %q does not name the fault", got)
		}
	}()
	simulator.New(simulator.Config{}).SetFault("timeuot")
}

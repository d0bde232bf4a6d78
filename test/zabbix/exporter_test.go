package zabbix

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake serves what an exporter would, one scene for each target.
type fake struct {
	*httptest.Server

	mu     sync.Mutex
	scenes map[string]*scene
	away   bool // connections are closed without a response
	reload int  // the value of config_last_reload_successful
	state  int  // the value of state_last_write_successful
}

// scene is what a system publishes; whatever is zero is absent or 0.
type scene struct {
	down, closed    bool
	denied          int // requests with rejected credentials, one more with each scrape if not 0
	outside         int // records completed outside business hours, likewise
	rejected        int
	idle, threshold float64 // of the system as a whole
	campaigns       []campaign
}

// campaign is a campaign and its series without the prefix and the ID. A series may
// have further labels: cause="paused".
type campaign struct {
	id, name string
	series   map[string]float64
}

func newFake(t *testing.T, targets ...string) *fake {
	t.Helper()
	f := &fake{scenes: map[string]*scene{}, reload: 1, state: 1}
	for _, target := range targets {
		f.scenes[target] = &scene{}
	}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// change changes something of the fake.
func (f *fake) change(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// show shows a scene of a target from now on.
func (f *fake) show(target string, s scene) {
	f.change(func() { f.scenes[target] = &s })
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, known := f.scenes[r.URL.Query().Get("target")]
	switch {
	case f.away:
		panic(http.ErrAbortHandler)
	case r.URL.Path == "/metrics":
		_, _ = fmt.Fprintf(w, "thulium_exporter_config_last_reload_successful %d\nthulium_exporter_state_last_write_successful %d\n", f.reload, f.state)
	case known:
		_, _ = w.Write([]byte(s.page()))
	default:
		http.NotFound(w, r)
	}
}

// page returns the page as an exporter writes it.
func (s *scene) page() string {
	if s.denied > 0 {
		s.denied++
	}
	if s.outside > 0 {
		s.outside++
	}
	business := time.Now().Unix()
	if s.closed {
		business = 1e9
	}
	var b strings.Builder
	line := func(name string, value float64) { fmt.Fprintf(&b, "thulium_%s %g\n", name, value) }
	line("up", flag(!s.down))
	line("business_open", flag(!s.closed))
	line("business_seconds_total", float64(business))
	line("records_completed_outside_business_hours_total", float64(s.outside))
	line(`api_requests_total{result="ok"}`, 17)
	line(`api_requests_total{result="unauthorized"}`, float64(s.denied))
	line(`api_requests_total{result="forbidden"}`, 0)
	if s.threshold > 0 {
		line("idle_business_seconds", s.idle)
		line("stall_threshold_business_seconds", s.threshold)
	}
	if !s.down {
		line("rejected_campaigns", float64(s.rejected))
	}
	for _, c := range s.campaigns {
		line(fmt.Sprintf("campaign_info{id=%q,name=%q}", c.id, c.name), 1)
		for series, value := range c.series {
			if s.down && (series == "records_total" || series == "completion_percent") {
				continue
			}
			name, labels, _ := strings.Cut(series, " ")
			line(fmt.Sprintf("campaign_%s{id=%q%s}", name, c.id, labels), value)
		}
	}
	return b.String()
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/thulium/simulator"
)

const password = "correct-horse"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exporter is the web surface over simulated systems.
type exporter struct {
	http.Handler
	selfCheck http.Handler
	fleet     *fleet.Fleet
	sim       *simulator.Simulator
	url       string // of sim
	reloadErr error
}

// newExporter returns the surface over systems of these names, all of which
// are one simulated system. An interval makes them polled.
func newExporter(t testing.TB, interval time.Duration, names ...string) *exporter {
	t.Helper()
	return newExporterWith(t, web.Options{Process: prometheus.NewRegistry()}, interval, names...)
}

// newExporterWith is newExporter with some options.
func newExporterWith(t testing.TB, options web.Options, interval time.Duration, names ...string) *exporter {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	e := &exporter{fleet: fleet.New("test", log.NewNopLogger()), sim: sim, url: server.URL}
	t.Cleanup(func() {
		e.fleet.Close()
		sim.Close()
		server.Close()
	})
	var systems []config.System
	for _, name := range names {
		systems = append(systems, e.system(t, name, interval, "Spring renewals"))
	}
	if err := e.fleet.Apply(systems); err != nil {
		t.Fatal(err)
	}
	options.Fleet, options.Logger, options.TelemetryPath = e.fleet, log.NewNopLogger(), "/metrics"
	options.Exporter = prometheus.NewRegistry()
	options.Exporter.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "thulium_exporter_config_last_reload_successful",
	}, func() float64 { return 1 }))
	options.Reload = func() error { return e.reloadErr }
	handler, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	e.Handler, e.selfCheck = handler, handler.SelfCheck
	return e
}

// system returns a system with a name for the first campaign.
func (e *exporter) system(t testing.TB, name string, interval time.Duration, campaign string) config.System {
	t.Helper()
	draft := config.Draft{
		URL: e.url, PollInterval: model.Duration(interval),
		Campaigns: map[config.ID]config.Campaign{"00001": {Name: campaign}},
	}
	draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: password}
	s, err := draft.Check(name, config.Calendars{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask makes one request and returns the status and the body.
func (e *exporter) ask(t *testing.T, method, target string, headers ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

const campaign = `thulium_campaign_completion_percent{id="00001"} 14.87`

func TestRoutes(t *testing.T) {
	for name, tt := range map[string]struct {
		systems        []string
		method, target string
		status         int
		want, not      string
		requests       int
	}{
		"metrics of one system":   {[]string{"a"}, "GET", "/metrics", 200, campaign, "", 1},
		"metrics of several":      {[]string{"a", "b"}, "GET", "/metrics", 200, "promhttp_metric_handler_requests_total", "thulium_up", 0},
		"probe":                   {[]string{"a", "b"}, "GET", "/probe?target=b", 200, campaign, "promhttp", 1},
		"name of a campaign":      {[]string{"a"}, "GET", "/probe?target=a", 200, `thulium_campaign_info{id="00001",name="Spring renewals"} 1`, "", 1},
		"probe without target":    {[]string{"a"}, "GET", "/probe", 400, "The parameter target is missing", "", 0},
		"probe of a stranger":     {[]string{"a"}, "GET", "/probe?target=c", 404, "No system of this name", "", 0},
		"probe of an address":     {[]string{"a"}, "GET", "/probe?target=http://127.0.0.1:1/", 404, "No system of this name", "127.0.0.1", 0},
		"probe with POST":         {[]string{"a"}, "POST", "/probe?target=a", 405, "", "", 0},
		"healthy":                 {[]string{"a"}, "GET", "/-/healthy", 200, "Healthy.", "", 0},
		"healthz":                 {[]string{"a"}, "GET", "/healthz", 200, "Healthy.", "", 0},
		"ready":                   {[]string{"a"}, "GET", "/-/ready", 200, "Ready.", "", 0},
		"readyz":                  {[]string{"a"}, "GET", "/readyz", 200, "Ready.", "", 0},
		"reload":                  {[]string{"a"}, "POST", "/-/reload", 200, "Reloaded.", "", 0},
		"reload with GET":         {[]string{"a"}, "GET", "/-/reload", 405, "", "", 0},
		"status page":             {[]string{"a"}, "GET", "/", 200, `<a href="./metrics">`, "<script", 0},
		"unknown page":            {[]string{"a"}, "GET", "/nothing", 404, "", "", 0},
		"discovery of no systems": {nil, "GET", "/sd", 200, "[]", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := newExporter(t, 0, tt.systems...)
			status, body := e.ask(t, tt.method, tt.target)
			if status != tt.status || !strings.Contains(body, tt.want) || tt.not != "" && strings.Contains(body, tt.not) {
				t.Errorf("got %d %s\nwant %d with %q and without %q", status, body, tt.status, tt.want, tt.not)
			}
			if got := e.sim.Requests(); got != tt.requests {
				t.Errorf("%d requests to Thulium, want %d", got, tt.requests)
			}
		})
	}
}

// TestUpstreamFailureIsAGoodScrape: every fault that comes at once is data.
func TestUpstreamFailureIsAGoodScrape(t *testing.T) {
	for _, fault := range []simulator.Fault{simulator.Unauthorized, simulator.ServerError, simulator.HTML, simulator.Redirect} {
		e := newExporter(t, 0, "a")
		e.sim.SetFault(fault)
		status, body := e.ask(t, "GET", "/metrics")
		if status != 200 || !strings.Contains(body, "thulium_up 0\n") || strings.Contains(body, "thulium_campaign_") {
			t.Errorf("%s: got %d %s\nwant a good scrape that says down", fault, status, body)
		}
	}
}

func TestReady(t *testing.T) {
	e := newExporter(t, time.Hour)
	e.sim.SetFault(simulator.Timeout)
	if err := e.fleet.Apply([]config.System{e.system(t, "a", time.Hour, "Spring renewals")}); err != nil {
		t.Fatal(err)
	}
	if status, body := e.ask(t, "GET", "/-/ready"); status != 503 || !strings.Contains(body, "first poll") {
		t.Errorf("got %d %s, want 503", status, body)
	}
	if status, body := e.ask(t, "GET", "/probe?target=a"); status != 200 || !strings.Contains(body, "thulium_up 0\n") {
		t.Errorf("got %d %s, want a good scrape that says down", status, body)
	}
}

func TestReloadError(t *testing.T) {
	e := newExporter(t, 0, "a")
	e.reloadErr = errors.New("thulium.yml: line 7; the log says what is wrong")
	status, body := e.ask(t, "POST", "/-/reload")
	if status != 500 || !strings.Contains(body, "Reload failed; keeping the previous configuration: thulium.yml: line 7;") {
		t.Errorf("got %d %s, want 500 with the place", status, body)
	}
}

func TestReloadMeanwhile(t *testing.T) {
	e := newExporter(t, 0, "a")
	e.reloadErr = web.ErrReloading
	if status, body := e.ask(t, "POST", "/-/reload"); status != 409 || body != "A reload is already running.\n" {
		t.Errorf("got %d %s, want 409", status, body)
	}
}

// TestSelfCheck: it reads what scrapes read, but queries nothing.
func TestSelfCheck(t *testing.T) {
	for _, names := range [][]string{nil, {"a"}, {"a", "b"}} {
		e := newExporter(t, 0, names...)
		e.Handler = e.selfCheck
		status, body := e.ask(t, "GET", "/")
		up, n := strings.Contains(body, "thulium_up 0\n"), e.sim.Requests()
		if status != 200 || up != (len(names) > 0) || n != 0 {
			t.Errorf("%s: got %d %s and %d requests", names, status, body, n)
		}
	}
}

// hanging is a metric that hangs at first, a number of times.
type hanging struct {
	prometheus.Gauge
	times atomic.Int64
	free  chan struct{}
}

func (h *hanging) Collect(ch chan<- prometheus.Metric) {
	if h.times.Add(-1) >= 0 {
		<-h.free
	}
	h.Gauge.Collect(ch)
}

// TestSelfCheckHangs as long as scrapes hang.
func TestSelfCheckHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hanging{Gauge: prometheus.NewGauge(prometheus.GaugeOpts{Name: "hanging", Help: "."}), free: make(chan struct{})}
		const encoders = 2
		h.times.Store(encoders)
		registry := prometheus.NewRegistry()
		registry.MustRegister(h)
		handler, err := web.New(web.Options{
			Fleet: fleet.New("", log.NewNopLogger()), Process: registry, Logger: log.NewNopLogger(), TelemetryPath: "/metrics",
		})
		if err != nil {
			t.Fatal(err)
		}
		var served atomic.Int64
		serve := func(handler http.Handler) {
			go func() {
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
				served.Add(1)
			}()
			synctest.Wait()
		}
		for range encoders {
			serve(handler)
		}
		if serve(handler.SelfCheck); served.Load() != 0 {
			t.Errorf("%d responses while scrapes hang", served.Load())
		}
		close(h.free)
		if synctest.Wait(); served.Load() != 1+encoders {
			t.Errorf("%d responses in the end", served.Load())
		}
	})
}

// TestReloadFromAnotherSite: a browser must not reload on behalf of a page.
func TestReloadFromAnotherSite(t *testing.T) {
	at, err := url.Parse("https://exporter.example.com/thulium")
	if err != nil {
		t.Fatal(err)
	}
	e := newExporterWith(t, web.Options{ExternalURL: at}, 0, "a")
	for name, tt := range map[string]struct {
		headers []string
		status  int
	}{
		"no browser":            {nil, 200},
		"the same site":         {[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		"an old browser":        {[]string{"Origin", "http://exporter:10069"}, 200},
		"behind a proxy":        {[]string{"Origin", "https://exporter.example.com"}, 200},
		"another site":          {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a neighbour":           {[]string{"Sec-Fetch-Site", "same-site"}, 403},
		"another one, long ago": {[]string{"Origin", "https://attacker.example.com"}, 403},
		"no site":               {[]string{"Origin", "null"}, 403},
	} {
		if status, body := e.ask(t, "POST", "http://exporter:10069/-/reload", tt.headers...); status != tt.status {
			t.Errorf("%s: got %d %s, want %d", name, status, body, tt.status)
		}
	}
}

func TestDiscovery(t *testing.T) {
	_, body := newExporter(t, 0, "b", "a").ask(t, "GET", "http://exporter.example.com:10069/sd")
	var groups []struct {
		Targets []string
		Labels  map[string]string
	}
	if err := json.Unmarshal([]byte(body), &groups); err != nil {
		t.Fatal(err)
	}
	if len(groups) != 2 || groups[0].Targets[0] != "exporter.example.com:10069" ||
		groups[0].Labels["__param_target"] != "a" || groups[1].Labels["__param_target"] != "b" ||
		groups[0].Labels["__metrics_path__"] != "/probe" || groups[0].Labels["__scheme__"] != "http" {
		t.Errorf("got %s", body)
	}
}

// TestExternalURL: behind a proxy that ends TLS, with a prefix that it strips or
// not, discovery leads back to the proxy.
func TestExternalURL(t *testing.T) {
	at, err := url.Parse("https://proxy.example.com/thulium/")
	if err != nil {
		t.Fatal(err)
	}
	e := newExporterWith(t, web.Options{ExternalURL: at}, 0, "a")
	for _, path := range []string{"/sd", "/thulium/sd"} {
		_, body := e.ask(t, "GET", "http://exporter:10069"+path)
		for _, want := range []string{`"targets":["proxy.example.com"]`, `"__scheme__":"https"`, `"__metrics_path__":"/thulium/probe"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %s in %s", path, want, body)
			}
		}
	}
	for path, want := range map[string]int{
		"/thulium/": 200, "/": 200, "/thulium/metrics": 200, "/thulium/probe?target=a": 200, "/thulium/-/ready": 200,
		"/thulium": 302, "/thuliums": 404, "/thulium/thulium/": 404, "/thulium/x": 404,
	} {
		if status, body := e.ask(t, "GET", path); status != want {
			t.Errorf("%s: got %d %s, want %d", path, status, body, want)
		}
	}
	w := e.serve(t, "/thulium", "", nil)
	if got := w.Header().Get("Location"); got != "https://proxy.example.com/thulium/" {
		t.Errorf("/thulium leads to %q", got)
	}
}

// TestExporterMetrics: those of the exporter itself are on /metrics only, and those
// of its process can be disabled.
func TestExporterMetrics(t *testing.T) {
	const reload, process = "\nthulium_exporter_config_last_reload_successful 1\n", "\npromhttp_metric_handler_requests_total{"
	with, without := newExporter(t, 0, "a"), newExporterWith(t, web.Options{}, 0, "a")
	for name, tt := range map[string]struct {
		e               *exporter
		path            string
		reload, process bool
	}{
		"/metrics":             {with, "/metrics", true, true},
		"/metrics, several":    {newExporter(t, 0, "a", "b"), "/metrics", true, true},
		"/metrics, no process": {without, "/metrics", true, false},
		"/probe":               {with, "/probe?target=a", false, false},
	} {
		_, body := tt.e.ask(t, "GET", tt.path)
		if strings.Contains(body, reload) != tt.reload || strings.Contains(body, process) != tt.process {
			t.Errorf("%s: got %s", name, body)
		}
	}
}

// TestHeaders: no browser guesses what a response is.
func TestHeaders(t *testing.T) {
	e := newExporter(t, 0, "a")
	for _, path := range []string{"/metrics", "/sd", "/-/healthy", "/", "/nowhere"} {
		if got := e.serve(t, path, "", nil).Header().Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q", path, got)
		}
	}
}

func TestFormats(t *testing.T) {
	e := newExporter(t, 0, "a")
	for accept, want := range map[string]string{
		"": "# TYPE thulium_up gauge\n",
		"application/openmetrics-text;version=1.0.0": "# EOF\n",
		"text/plain;version=0.0.4":                   "# TYPE thulium_up gauge\n",
	} {
		if _, body := e.ask(t, "GET", "/metrics", "Accept", accept); !strings.Contains(body, want) {
			t.Errorf("Accept %q: no %q in %s", accept, want, body)
		}
	}
}

func TestScrapeDeadline(t *testing.T) {
	e := newExporter(t, 0, "a")
	e.sim.SetFault(simulator.Timeout)
	start := time.Now()
	status, body := e.ask(t, "GET", "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "0.2")
	if status != 200 || !strings.Contains(body, "thulium_up 0\n") || !strings.Contains(body, `thulium_api_requests_total{result="timeout"} 1`) {
		t.Errorf("got %d %s, want a good scrape with one timeout", status, body)
	}
	if time.Since(start) > 20*time.Second {
		t.Error("the deadline was not honoured")
	}
	if status, body := e.ask(t, "GET", "/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "soon"); status != 400 || !strings.Contains(body, "number of seconds") {
		t.Errorf("got %d %s, want 400", status, body)
	}
}

// TestNoSecret searches whatever the surface says for the password.
func TestNoSecret(t *testing.T) {
	e := newExporter(t, 0, "a")
	for _, fault := range simulator.Faults() {
		switch fault {
		case simulator.Timeout, simulator.SlowBody, simulator.EndlessBody, simulator.GzipBomb:
			continue // these take long; thulium's own tests have them
		}
		e.sim.SetFault(fault)
		for _, path := range []string{"/metrics", "/probe?target=a", "/probe?target=" + password + "x", "/sd", "/", "/?format=json", "/-/ready"} {
			if _, body := e.ask(t, "GET", path); strings.Contains(body, password) {
				t.Errorf("%s, %s: the password is in %s", fault, path, body)
			}
		}
	}
}

func TestHangUp(t *testing.T) {
	e := newExporter(t, 0, "a")
	e.sim.SetFault(simulator.Timeout)
	ctx, hangUp := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, hangUp)
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/metrics", nil))
	e.sim.SetFault(simulator.NoFault)
	if _, body := e.ask(t, "GET", "/metrics"); !strings.Contains(body, campaign) {
		t.Errorf("after a hang-up: %s", body)
	}
}

package web_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/thulium/simulator"
)

const password = "correct-horse"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exporter is the handler over simulated systems.
type exporter struct {
	http.Handler
	fleet     *fleet.Fleet
	sim       *simulator.Simulator
	url       string // of sim
	reloadErr error
}

// newExporter returns the handler over systems of these names, all of which
// are one simulated system. An interval makes them polled.
func newExporter(t testing.TB, interval time.Duration, names ...string) *exporter {
	t.Helper()
	return newExporterWith(t, web.Options{}, interval, names...)
}

// newExporterWith is newExporter with some options.
func newExporterWith(t testing.TB, options web.Options, interval time.Duration, names ...string) *exporter {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	e := &exporter{fleet: fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewNopLogger()}), sim: sim, url: server.URL}
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
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "thulium_exporter_example", Help: "Of the exporter itself."}))
	options.TelemetryPath = "/metrics"
	handler, err := web.New(e.fleet, registry, func() error { return e.reloadErr }, log.NewNopLogger(), options)
	if err != nil {
		t.Fatal(err)
	}
	e.Handler = handler
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

// request makes one request and returns the status and the body.
func (e *exporter) request(t *testing.T, method, target string, headers ...string) (int, string) {
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
			status, body := e.request(t, tt.method, tt.target)
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
		status, body := e.request(t, "GET", "/metrics")
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
	if status, body := e.request(t, "GET", "/-/ready"); status != 503 || !strings.Contains(body, "first poll") {
		t.Errorf("got %d %s, want 503", status, body)
	}
	if status, body := e.request(t, "GET", "/probe?target=a"); status != 200 || !strings.Contains(body, "thulium_up 0\n") {
		t.Errorf("got %d %s, want a good scrape that says down", status, body)
	}
}

func TestReloadError(t *testing.T) {
	e := newExporter(t, 0, "a")
	e.reloadErr = errors.New("thulium.yml: line 7; the log says what is wrong")
	status, body := e.request(t, "POST", "/-/reload")
	if status != 500 || !strings.Contains(body, "Reload failed; keeping the previous configuration: thulium.yml: line 7;") {
		t.Errorf("got %d %s, want 500 with the place", status, body)
	}
}

func TestReloadMeanwhile(t *testing.T) {
	e := newExporter(t, 0, "a")
	e.reloadErr = web.ErrReloading
	if status, body := e.request(t, "POST", "/-/reload"); status != 409 || body != "A reload is already running.\n" {
		t.Errorf("got %d %s, want 409", status, body)
	}
}

// TestReloadFromAnotherSite: a browser must not reload on behalf of a page.
func TestReloadFromAnotherSite(t *testing.T) {
	at, err := url.Parse("https://exporter.example.com/thulium")
	if err != nil {
		t.Fatal(err)
	}
	e := newExporterWith(t, web.Options{Options: status.Options{ExternalURL: at}}, 0, "a")
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
		if status, body := e.request(t, "POST", "http://exporter:10069/-/reload", tt.headers...); status != tt.status {
			t.Errorf("%s: got %d %s, want %d", name, status, body, tt.status)
		}
	}
}

func TestDiscovery(t *testing.T) {
	_, body := newExporter(t, 0, "b", "a").request(t, "GET", "http://exporter.example.com:10069/sd")
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
	e := newExporterWith(t, web.Options{Options: status.Options{ExternalURL: at}}, 0, "a")
	for _, path := range []string{"/sd", "/thulium/sd"} {
		_, body := e.request(t, "GET", "http://exporter:10069"+path)
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
		if status, body := e.request(t, "GET", path); status != want {
			t.Errorf("%s: got %d %s, want %d", path, status, body, want)
		}
	}
	w := e.serve(t, "/thulium", "", nil)
	if got := w.Header().Get("Location"); got != "https://proxy.example.com/thulium/" {
		t.Errorf("/thulium leads to %q", got)
	}
}

// TestExporterMetrics: those of the registry are on /metrics only, and those of the
// handler can be disabled.
func TestExporterMetrics(t *testing.T) {
	const own, handler = "\nthulium_exporter_example 0\n", "\npromhttp_metric_handler_requests_total{"
	one, without := newExporter(t, 0, "a"), newExporterWith(t, web.Options{DisableExporterMetrics: true}, 0, "a")
	for name, tt := range map[string]struct {
		e            *exporter
		path         string
		own, handler bool
	}{
		"/metrics":           {one, "/metrics", true, true},
		"/metrics, several":  {newExporter(t, 0, "a", "b"), "/metrics", true, true},
		"/metrics, disabled": {without, "/metrics", true, false},
		"/probe":             {one, "/probe?target=a", false, false},
	} {
		_, body := tt.e.request(t, "GET", tt.path)
		if strings.Contains(body, own) != tt.own || strings.Contains(body, handler) != tt.handler {
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

// TestNoSecret searches all responses for the password.
func TestNoSecret(t *testing.T) {
	for _, fault := range simulator.Faults() {
		switch fault {
		case simulator.Timeout, simulator.SlowBody, simulator.EndlessBody, simulator.GzipBomb:
			continue // these are slow; the tests of package thulium have them
		}
		e := newExporter(t, 0, "a") // one each, since scrapes within a second share an outcome
		e.sim.SetFault(fault)
		for _, path := range []string{"/metrics", "/probe?target=a", "/probe?target=" + password + "x", "/sd", "/", "/?format=json", "/-/ready"} {
			if _, body := e.request(t, "GET", path, "X-Prometheus-Scrape-Timeout-Seconds", "1"); strings.Contains(body, password) {
				t.Errorf("%s, %s: the password is in %s", fault, path, body)
			}
		}
	}
}

func TestCheckPath(t *testing.T) {
	for path, ok := range map[string]bool{
		"/metrics": true, "/thulium/metrics": true,
		"": false, "/": false, "metrics": false, "/metrics/": false, "/a//b": false, "/{x}": false, "/m?x": false,
		"/probe": false, "/sd": false, "/-/ready": false, "/healthz": false, "/readyz": false,
	} {
		if err := web.CheckPath(path); (err == nil) != ok {
			t.Errorf("%q: %v", path, err)
		}
	}
}

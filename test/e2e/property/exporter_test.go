package property

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
)

// format is what Prometheus can request and must get.
type format struct{ accept, contentType string }

func formats() []format {
	return []format{
		{"text/plain;version=0.0.4", "text/plain"},
		{"text/plain;version=1.0.0;escaping=allow-utf-8", "text/plain"},
		{"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8", "application/openmetrics-text"},
		{"application/openmetrics-text;version=0.0.1", "application/openmetrics-text"},
	}
}

// exporter is the web surface over a Thulium that sends whatever the test wants.
type exporter struct {
	http.Handler
	thulium *httptest.Server
	body    atomic.Pointer[string]
	fleet   *fleet.Fleet
	systems int // so far
}

func newExporter(tb testing.TB) *exporter {
	tb.Helper()
	e := &exporter{}
	e.thulium = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, *e.body.Load()) // fails only if the exporter has read enough
	}))
	tb.Cleanup(e.thulium.Close)
	e.fleet = fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewNopLogger()})
	tb.Cleanup(e.fleet.Close)
	var err error
	if e.Handler, err = web.New(e.fleet, prometheus.NewRegistry(), nil, log.NewNopLogger(), web.Options{Options: status.Options{TelemetryPath: "/metrics"}}); err != nil {
		tb.Fatal(err)
	}
	return e
}

// newSystem replaces the system by another one, since scrapes of one share a request
// a second. It returns the name.
func (e *exporter) newSystem(t *testing.T) string {
	t.Helper()
	draft := config.Draft{URL: e.thulium.URL}
	draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: "p"}
	e.systems++
	system, err := draft.Check(strconv.Itoa(e.systems), config.Calendars{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.fleet.Apply([]config.System{system}); err != nil {
		t.Fatal(err)
	}
	return system.Name
}

// series is a metric and the id of a campaign, if it has one.
type series struct{ metric, id string }

// served returns the series that the exporter makes of a response, but for those
// that depend on earlier ones, too.
func (e *exporter) served(t *testing.T, body string, f format) map[series]float64 {
	t.Helper()
	e.body.Store(&body)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/probe?target="+e.newSystem(t), nil)
	r.Header.Set("Accept", f.accept)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	contentType := w.Header().Get("Content-Type")
	if w.Code != http.StatusOK || !strings.HasPrefix(contentType, f.contentType) {
		t.Fatalf("%d %s: %s", w.Code, contentType, w.Body)
	}
	return parse(t, w.Body.Bytes(), contentType)
}

// parse reads an exposition as Prometheus does.
func parse(t *testing.T, text []byte, contentType string) map[series]float64 {
	t.Helper()
	parser, err := textparse.New(text, contentType, labels.NewSymbolTable(), textparse.ParserOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all, seen := map[series]float64{}, map[string]bool{}
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %s in\n%q", contentType, err, text)
		}
		if entry != textparse.EntrySeries {
			continue
		}
		var l labels.Labels
		parser.Labels(&l)
		if seen[l.String()] {
			t.Errorf("%s: duplicate series %s", contentType, l)
		}
		seen[l.String()] = true
		switch name := l.Get(model.MetricNameLabel); name {
		case "thulium_campaign_records_total", "thulium_campaign_completion_percent", "thulium_up", "thulium_rejected_campaigns":
			_, _, all[series{name, l.Get("id")}] = parser.Series()
		}
	}
}

// echo is a transport that responds with its own text.
type echo string

// RoundTrip implements http.RoundTripper.
func (e echo) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader(string(e))),
	}, nil
}

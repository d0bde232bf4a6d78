package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/memnet"
	"thulium_exporter/thulium/simulator"
)

func TestFormats(t *testing.T) {
	e := newExporter(t, 0, "a")
	for accept, want := range map[string]string{
		"": "# TYPE thulium_up gauge\n",
		"application/openmetrics-text;version=1.0.0": "# EOF\n",
		"text/plain;version=0.0.4":                   "# TYPE thulium_up gauge\n",
	} {
		if _, body := e.request(t, "GET", "/metrics", "Accept", accept); !strings.Contains(body, want) {
			t.Errorf("Accept %q: no %q in %s", accept, want, body)
		}
	}
}

// TestScrapeDeadline: a request to Thulium ends half a second before the scrape
// does, but never within half a second.
func TestScrapeDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		thulium := memnet.Serve(t, &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		})})
		e := &exporter{fleet: fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewNopLogger(), HTTP: []commonconfig.HTTPClientOption{commonconfig.WithDialContextFunc(thulium.Dial)}}), url: "http://127.0.0.1"}
		defer e.fleet.Close()
		if err := e.fleet.Apply([]config.System{e.system(t, "a", 0, "Spring renewals")}); err != nil {
			t.Fatal(err)
		}
		handler, err := web.New(e.fleet, prometheus.NewRegistry(), nil, log.NewNopLogger(), web.Options{Options: status.Options{TelemetryPath: "/metrics"}})
		if err != nil {
			t.Fatal(err)
		}
		for header, want := range map[string]time.Duration{
			"": 30 * time.Second, "10": 9500 * time.Millisecond, "00000010": 9500 * time.Millisecond, "1": 500 * time.Millisecond,
			"0.75": 500 * time.Millisecond, "0.01": 500 * time.Millisecond, "1e-3": 500 * time.Millisecond,
			"0": 0, "-1": 0, "NaN": 0, "Inf": 0, "1e300": 0, "10s": 0, "10, 10": 0, "١٠": 0,
		} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
			r.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", header)
			w, start := httptest.NewRecorder(), time.Now()
			handler.ServeHTTP(w, r)
			if took := time.Since(start); took != want {
				t.Errorf("%q: the scrape took %s, want %s", header, took, want)
			}
			if want == 0 && (w.Code != 400 || !strings.Contains(w.Body.String(), "number of seconds")) {
				t.Errorf("%q: got %d %s, want 400", header, w.Code, w.Body)
			}
			if want != 0 && (w.Code != 200 || !strings.Contains(w.Body.String(), "thulium_up 0\n")) {
				t.Errorf("%q: got %d %s, want a successful scrape with thulium_up 0", header, w.Code, w.Body)
			}
			time.Sleep(10 * time.Second) // until nothing of this scrape is shared
		}
	})
}

func TestHangUp(t *testing.T) {
	e := newExporter(t, 0, "a")
	e.sim.SetFault(simulator.Timeout)
	ctx, hangUp := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, hangUp)
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/metrics", nil))
	e.sim.SetFault(simulator.NoFault)
	if _, body := e.request(t, "GET", "/metrics"); !strings.Contains(body, campaign) {
		t.Errorf("after a hang-up: %s", body)
	}
}

// TestNewNamesAreServedAtOnce: a reload changes the names of campaigns, although the
// metrics of a polled system are cached until the next poll.
func TestNewNamesAreServedAtOnce(t *testing.T) {
	e := newExporter(t, 24*time.Hour, "a")
	e.waitReady(t)
	if _, body := e.request(t, "GET", "/metrics"); !strings.Contains(body, `name="Spring renewals"`) {
		t.Fatalf("got %s", body)
	}
	if err := e.fleet.Apply([]config.System{e.system(t, "a", 24*time.Hour, "Summer renewals")}); err != nil {
		t.Fatal(err)
	}
	if _, body := e.request(t, "GET", "/metrics"); !strings.Contains(body, `name="Summer renewals"`) || strings.Contains(body, "Spring") {
		t.Errorf("got %s", body)
	}
	if e.sim.Requests() != 1 {
		t.Errorf("%d requests, want 1: a name has nothing to do with Thulium", e.sim.Requests())
	}
}

// TestNameFilter: name[] selects metrics, cached or not.
func TestNameFilter(t *testing.T) {
	e := newExporter(t, 24*time.Hour, "a")
	e.waitReady(t)
	for range 2 {
		_, body := e.request(t, "GET", "/metrics?name[]=thulium_up&name[]=thulium_campaign_records_total")
		if strings.Count(body, "# TYPE") != 2 || !strings.Contains(body, "thulium_up 1\n") {
			t.Errorf("got %s, want two families", body)
		}
		if _, body := e.request(t, "GET", "/metrics"); !strings.Contains(body, campaign) {
			t.Errorf("got %s, want all families", body)
		}
	}
}

// TestProtobuf: the format has what text cannot carry, a native histogram and
// the time at which counters began.
func TestProtobuf(t *testing.T) {
	e := newExporter(t, 0, "a")
	w := e.serve(t, "/probe", "target=a", http.Header{"Accept": {
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
	}})
	families := map[string]*dto.MetricFamily{}
	decoder := expfmt.NewDecoder(bytes.NewReader(w.Body.Bytes()), expfmt.ResponseFormat(w.Header()))
	for {
		var family dto.MetricFamily
		err := decoder.Decode(&family)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		families[family.GetName()] = &family
	}
	requests := families["thulium_api_requests_total"]
	if requests == nil || requests.Metric[0].GetCounter().GetCreatedTimestamp() == nil {
		t.Errorf("no time at which the counter began: %v", requests)
	}
	durations := families["thulium_api_request_duration_seconds"]
	if durations == nil || len(durations.Metric[0].GetHistogram().GetPositiveSpan()) == 0 || len(durations.Metric[0].GetHistogram().GetBucket()) == 0 {
		t.Errorf("no native histogram with classic buckets: %v", durations)
	}
}

// TestRemovedSystemIsForgotten: the cache drops a system that a reload has removed.
func TestRemovedSystemIsForgotten(t *testing.T) {
	e := newExporter(t, 24*time.Hour, "a", "b")
	e.waitReady(t)
	for _, name := range []string{"a", "b"} {
		e.request(t, "GET", "/probe?target="+name)
	}
	removed := weak.Make(e.fleet.Get("b").Latest())
	if err := e.fleet.Apply([]config.System{e.system(t, "a", 24*time.Hour, "Spring renewals")}); err != nil {
		t.Fatal(err)
	}
	e.request(t, "GET", "/probe?target=a")
	for range 10 { // what has a finalizer is freed in steps
		runtime.GC()
		if removed.Value() == nil {
			return
		}
	}
	t.Error("the snapshot of the removed system is still in memory")
}

// TestCacheIsBounded: a client that requests each encoding does not fill the memory.
func TestCacheIsBounded(t *testing.T) {
	e := newExporter(t, 24*time.Hour)
	e.sim.SetCampaigns(simulator.Many(10_000))
	if err := e.fleet.Apply([]config.System{e.system(t, "a", 24*time.Hour, "Spring renewals")}); err != nil {
		t.Fatal(err)
	}
	e.waitReady(t)
	before, served := heap(), 0
	for _, format := range []string{"text/plain;version=0.0.4", "text/plain;version=1.0.0", "application/openmetrics-text;version=1.0.0"} {
		for _, escaping := range []string{"allow-utf-8", "underscores", "dots", "values"} {
			_, body := e.request(t, "GET", "/metrics", "Accept", fmt.Sprintf("%s;escaping=%s", format, escaping))
			served += len(body)
		}
	}
	if kept := heap() - before; kept > 16<<20 || served < 24<<20 {
		t.Errorf("%d of %d bytes are kept", kept, served)
	}
}

// heap returns the size of all objects in use.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

package web_test

import (
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// FuzzProbe proves that no query but the name of a configured system leads to
// a request, and that no refusal repeats anything of the query.
func FuzzProbe(f *testing.F) {
	e := newExporter(f, 0, "a", "b")
	unknown := e.serve(f, "/probe", "target=c", nil)
	missing := e.serve(f, "/probe", "", nil)
	if unknown.Code != http.StatusNotFound || missing.Code != http.StatusBadRequest {
		f.Fatalf("%d and %d", unknown.Code, missing.Code)
	}
	for _, query := range []string{
		"", "target=a", "target=", "target=c", "target=a&target=c", "target=c&target=a", "target=%61", "Target=a",
		"target=http://127.0.0.1:1/", "target=<script>", "target=a%00", "target=a%", ";target=a", "target=a&name[]=thulium_up",
		"target=a&name[]=nothing", "target=a&&&=", "target=../a", "target=a+",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		before := e.sim.Requests()
		got := e.serve(t, "/probe", query, nil)
		requests := e.sim.Requests() - before
		values, _ := url.ParseQuery(query) // of an invalid query, what can be parsed
		refusal := unknown
		switch values.Get("target") {
		case "a", "b":
			if got.Code != http.StatusOK || requests > 1 { // outcomes are shared for a second
				t.Errorf("%q: %d after %d requests to Thulium, want 200 after one at most", query, got.Code, requests)
			}
			return
		case "":
			refusal = missing
		}
		if requests != 0 || got.Code != refusal.Code || got.Body.String() != refusal.Body.String() || !maps.EqualFunc(got.Header(), refusal.Header(), slices.Equal) {
			t.Errorf("%q: %d after %d requests to Thulium, want %d after none: %s", query, got.Code, requests, refusal.Code, got.Body)
		}
	})
}

// FuzzNegotiation proves that any client gets the same metrics, in a coding that it
// accepts and in plain text or a format that it accepts.
func FuzzNegotiation(f *testing.F) {
	e := newExporter(f, time.Hour, "a")
	e.waitReady(f)
	want := seriesOf(f, e.serve(f, "/probe", "target=a", nil))
	for _, accept := range []string{
		"", "*/*", "text/plain", "text/plain;version=0.0.4;q=0", "application/openmetrics-text;version=1.0.0",
		"application/openmetrics-text;version=9", "application/json", "text/plain;version=1.0.0;escaping=allow-utf-8",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
		";", "a/b;q=x", ",,,", "text/plain;escaping=\x00",
	} {
		for _, coding := range []string{"", "gzip", "gzip;q=0", "*", "*;q=0", "zstd", "zstd, gzip;q=0.5", "identity;q=0", "GZIP", "gzip;q=\xff", "br"} {
			f.Add(accept, coding)
		}
	}
	f.Fuzz(func(t *testing.T, accept, coding string) {
		w := e.serve(t, "/probe", "target=a", http.Header{"Accept": {accept}, "Accept-Encoding": {coding}})
		if w.Code != http.StatusOK {
			t.Fatalf("Accept %q, Accept-Encoding %q: %d %s", accept, coding, w.Code, w.Body)
		}
		got := w.Header().Get("Content-Encoding")
		if got != "" && !strings.Contains(strings.ToLower(coding), got) && !strings.Contains(coding, "*") {
			t.Errorf("Accept-Encoding %q: coded in %s", coding, got)
		}
		kind, _, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
		if named := strings.Contains(strings.ToLower(accept), kind); err != nil || !named && kind != "text/plain" {
			t.Errorf("Accept %q: %s %v", accept, kind, err)
		}
		if series := seriesOf(t, w); !maps.Equal(series, want) {
			t.Errorf("Accept %q, Accept-Encoding %q: %v, want %v", accept, coding, series, want)
		}
	})
}

// waitReady waits for the first poll, which goes over a real connection.
func (e *exporter) waitReady(tb testing.TB) {
	tb.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); !e.fleet.Ready(); <-tick.C {
		if time.Now().After(end) {
			tb.Fatal("never ready")
		}
	}
}

// serve makes one request with any query and headers.
func (e *exporter) serve(tb testing.TB, path, query string, header http.Header) *httptest.ResponseRecorder {
	tb.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.URL.RawQuery = query
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// seriesOf parses the series of campaigns in a response of any format.
func seriesOf(tb testing.TB, w *httptest.ResponseRecorder) map[string]float64 {
	tb.Helper()
	var body io.Reader = w.Body
	switch coding := w.Header().Get("Content-Encoding"); coding {
	case "":
	case "gzip":
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			tb.Fatal(err)
		}
		body = unzipped
	default:
		tb.Fatalf("an unknown coding: %q", coding)
	}
	format := expfmt.ResponseFormat(w.Header())
	if strings.HasPrefix(w.Header().Get("Content-Type"), expfmt.OpenMetricsType) {
		format, body = expfmt.NewFormat(expfmt.TypeTextPlain), asPlainText(tb, body)
	}
	_, parameters, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if e := parameters["escaping"]; e != "" && !slices.Contains([]string{"allow-utf-8", "underscores", "dots", "values"}, e) {
		tb.Errorf("an unknown escaping: %q", e)
	}
	return samples(tb, expfmt.NewDecoder(body, format))
}

// asPlainText converts OpenMetrics to plain text, since there is no parser for it
// here; Prometheus' own parses it in the end-to-end tests.
func asPlainText(tb testing.TB, body io.Reader) io.Reader {
	tb.Helper()
	text, err := io.ReadAll(body)
	if err != nil {
		tb.Fatal(err)
	}
	plain, complete := strings.CutSuffix(string(text), "# EOF\n")
	if !complete {
		tb.Errorf("it does not end with # EOF: %s", text)
	}
	return strings.NewReader(plain)
}

// samples returns the series of campaigns.
func samples(tb testing.TB, decoder expfmt.Decoder) map[string]float64 {
	tb.Helper()
	all := map[string]float64{}
	extract := &expfmt.SampleDecoder{Dec: decoder, Opts: &expfmt.DecodeOptions{}}
	for {
		var vector model.Vector
		err := extract.Decode(&vector)
		for _, sample := range vector {
			if name := sample.Metric.String(); strings.HasPrefix(name, "thulium_campaign_") {
				all[name] = float64(sample.Value)
			}
		}
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

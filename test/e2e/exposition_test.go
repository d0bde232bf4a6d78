package e2e

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestPromtoolFindings allows two: one name is required although the value can
// fall, and the hours of the other are no unit.
func TestPromtoolFindings(t *testing.T) {
	t.Parallel()
	const want = `thulium_campaign_records_total non-counter metrics should not have "_total" suffix
thulium_records_completed_outside_business_hours_total use base unit "seconds" instead of "hours"
`
	for mode, flags := range modes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			exporter := harness.Serve(t, append(thulium.Flags(), flags...)...)
			exporter.WaitFor(t, "/metrics", "thulium_up 1")
			got := harness.CheckMetrics(t, exporter.Get(t, "/metrics", nil).Body)
			if got != want {
				t.Errorf("promtool check metrics says:\n%swant:\n%s", got, want)
			}
		})
	}
}

// TestFormats reads every format that Prometheus can request with Prometheus'
// own parsers.
func TestFormats(t *testing.T) {
	t.Parallel()
	headers := requestedByPrometheus(t)
	thulium := harness.NewThulium(t, simulator.Documented()...)
	// Nothing changes between two scrapes that see the same poll.
	exporter := harness.Serve(t, append(thulium.Flags(), "--poll.interval=1h")...)
	exporter.WaitFor(t, "/metrics", "thulium_up 1")

	t.Run("same values", func(t *testing.T) {
		t.Parallel()
		sameInAll(t, exporter, "/probe?target=default", headers, parseStill)
	})
	t.Run("same series", func(t *testing.T) {
		t.Parallel()
		sameInAll(t, exporter, "/metrics", headers, parseNames)
	})
}

// protocols are the formats that Prometheus knows, with the content types of
// their responses.
func protocols() map[string]string {
	return map[string]string{
		"PrometheusProto":      "application/vnd.google.protobuf",
		"OpenMetricsText1.0.0": "application/openmetrics-text",
		"PrometheusText1.0.0":  "text/plain",
		"PrometheusText0.0.4":  "text/plain",
	}
}

// requestedByPrometheus returns the headers that a real Prometheus sends for each
// of its protocols.
func requestedByPrometheus(t *testing.T) map[string]http.Header {
	t.Helper()
	type request struct {
		protocol string
		header   http.Header
	}
	requests := make(chan request)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case requests <- request{r.URL.Path[1:], r.Header}:
		case <-t.Context().Done():
		}
	}))
	t.Cleanup(server.Close)

	config := "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
	for protocol := range protocols() {
		config += fmt.Sprintf("- {job_name: %q, metrics_path: %q, scrape_protocols: [%s], static_configs: [{targets: [%q]}]}\n",
			protocol, "/"+protocol, protocol, strings.TrimPrefix(server.URL, "http://"))
	}
	harness.StartPrometheus(t, config)
	headers := map[string]http.Header{}
	harness.Eventually(t, func() error {
		select {
		case r := <-requests:
			r.header.Del("Accept-Encoding") // Go's client decompresses only what it requested itself
			headers[r.protocol] = r.header
		default:
		}
		if missing := len(protocols()) - len(headers); missing > 0 {
			return fmt.Errorf("%d protocols were not requested", missing)
		}
		return nil
	})
	return headers
}

// sameInAll compares what parse makes of a path for each protocol.
func sameInAll(t *testing.T, exporter *harness.Exporter, path string, headers map[string]http.Header,
	parse func(*testing.T, harness.Response) map[string]float64,
) {
	t.Helper()
	want := parse(t, exporter.Get(t, path, nil))
	if len(want) == 0 {
		t.Fatal("there are no series")
	}
	for protocol, contentType := range protocols() {
		response := exporter.Get(t, path, headers[protocol])
		if !strings.HasPrefix(response.ContentType, contentType) {
			t.Errorf("%s gets %s, not %s", protocol, response.ContentType, contentType)
		}
		if got := parse(t, response); !maps.Equal(got, want) {
			t.Errorf("%s differs from the plain text format:\n%s", protocol, difference(got, want))
		}
	}
}

// parse reads a response as Prometheus does, with the classic buckets of native
// histograms. A duplicate series is an error.
func parse(t *testing.T, response harness.Response) map[string]float64 {
	t.Helper()
	parser, err := textparse.New([]byte(response.Body), response.ContentType, labels.NewSymbolTable(),
		textparse.ParserOptions{KeepClassicOnClassicAndNativeHistograms: true, OpenMetricsSkipSTSeries: true})
	if err != nil {
		t.Fatal(err)
	}
	series := map[string]float64{}
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return series
		}
		if err != nil {
			t.Fatalf("%s: %s", response.ContentType, err)
		}
		if entry == textparse.EntryHistogram {
			parser.Histogram() // else its classic buckets are skipped
		}
		if entry != textparse.EntrySeries {
			continue
		}
		var l labels.Labels
		parser.Labels(&l)
		if _, twice := series[l.String()]; twice {
			t.Errorf("%s: duplicate series %s", response.ContentType, l)
		}
		_, _, series[l.String()] = parser.Series()
	}
}

// parseStill parses all but what changes with the clock.
func parseStill(t *testing.T, response harness.Response) map[string]float64 {
	t.Helper()
	series := parse(t, response)
	delete(series, `{__name__="thulium_business_seconds_total"}`)
	return series
}

// parseNames parses without values, for a process that runs between scrapes.
func parseNames(t *testing.T, response harness.Response) map[string]float64 {
	t.Helper()
	series := parse(t, response)
	for name := range series {
		series[name] = 0
	}
	return series
}

// difference lists what is in one of them only.
func difference(got, want map[string]float64) string {
	var lines []string
	for key, value := range got {
		if other, found := want[key]; !found || other != value {
			lines = append(lines, fmt.Sprintf("+ %s %v", key, value))
		}
	}
	for key, value := range want {
		if other, found := got[key]; !found || other != value {
			lines = append(lines, fmt.Sprintf("- %s %v", key, value))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

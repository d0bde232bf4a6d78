package exposition_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/internal/web/exposition"
)

func TestNegotiateGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"":                                  false,
		"gzip":                              true,
		"GZIP":                              true,
		"deflate, gzip":                     true,
		"gzip;q=1.0, identity; q=0.5":       true,
		"gzip;q=0":                          false,
		"gzip; q=0.000":                     false,
		"gzip;q=0, *":                       false,
		"*":                                 false,
		"*;q=0":                             false,
		"*;q=0, gzip":                       true,
		"identity":                          false,
		"zstd":                              false,
		"gzip;q=much":                       false,
		"gzipped":                           false,
		" gzip ; q=0.1 ":                    true,
		",,;,":                              false,
		strings.Repeat("x,", 1000) + "gzip": true,
	} {
		if got := exposition.Negotiate(http.Header{"Accept-Encoding": {header}}).Gzip; got != want {
			t.Errorf("%.40q: got %v", header, got)
		}
	}
}

func TestNegotiate(t *testing.T) {
	for accept, want := range map[string]string{
		"":          "text/plain; version=0.0.4",
		"*/*":       "text/plain; version=0.0.4",
		"text/html": "text/plain; version=0.0.4",
		"application/openmetrics-text;version=1.0.0":                                                 "application/openmetrics-text; version=1.0.0",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited": "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
	} {
		if got := exposition.Negotiate(http.Header{"Accept": {accept}}).Format; !strings.HasPrefix(string(got), want) {
			t.Errorf("%q: got %q, want %q", accept, got, want)
		}
	}
}

// family returns one family of n series.
func family(t testing.TB, name string, n int) []*dto.MetricFamily {
	t.Helper()
	registry := prometheus.NewRegistry()
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: "Help."}, []string{"id"})
	registry.MustRegister(vec)
	for i := range n {
		vec.WithLabelValues(fmt.Sprintf("%05d", i)).Set(float64(i))
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families
}

func encodings() []exposition.Encoding {
	var all []exposition.Encoding
	for _, format := range expfmt.DefaultOpenMetricsAcceptedFormats() {
		all = append(all, exposition.Encoding{Format: format}, exposition.Encoding{Format: format, Gzip: true})
	}
	return all
}

// TestJoined: parts made apart are, together, what one encoder would write.
func TestJoined(t *testing.T) {
	w := exposition.NewWriter()
	for _, encoding := range encodings() {
		for _, n := range []int{0, 1, 500, 5_000} {
			first, last := family(t, "first", n), family(t, "last", 1)
			got := sent(t, w, encoding, part(t, w, encoding, first), exposition.Content{Gatherer: gathered(last)})
			if want := encode(t, encoding.Format, append(first, last...)); !bytes.Equal(got, want) {
				t.Errorf("%+v with %d series: got %d bytes, want %d", encoding, n, len(got), len(want))
			}
		}
	}
}

// TestReused: a part can be sent again, at the same time too.
func TestReused(t *testing.T) {
	w := exposition.NewWriter()
	encoding := exposition.Encoding{Format: expfmt.NewFormat(expfmt.TypeTextPlain), Gzip: true}
	first := part(t, w, encoding, family(t, "first", 1_000))
	var sends sync.WaitGroup
	for i := range 8 {
		sends.Go(func() {
			last := family(t, fmt.Sprintf("last_%d", i), 1)
			got := sent(t, w, encoding, first, exposition.Content{Gatherer: gathered(last)})
			if !bytes.Contains(got, fmt.Appendf(nil, "last_%d{", i)) || bytes.Count(got, []byte("\nfirst{")) != 1_000 {
				t.Error("the parts were mixed up")
			}
		})
	}
	sends.Wait()
}

// TestBadFamily: what cannot be encoded is skipped and reported.
func TestBadFamily(t *testing.T) {
	encoding := exposition.Encoding{Format: expfmt.NewFormat(expfmt.TypeTextPlain)}
	families := append(family(t, "good", 1), &dto.MetricFamily{Name: new("bad"), Metric: []*dto.Metric{{}}})
	response := httptest.NewRecorder()
	err := exposition.NewWriter().Send(response, encoding, &exposition.Part{}, exposition.Content{Gatherer: gathered(families)})
	if got := response.Body.String(); err == nil || !strings.Contains(got, "good{") || strings.Contains(got, "bad") {
		t.Errorf("got %q and %v, want the good one and an error", got, err)
	}
}

// gathered is what has been gathered.
func gathered(families []*dto.MetricFamily) prometheus.Gatherer {
	return prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return slices.Clone(families), nil })
}

func part(t testing.TB, w *exposition.Writer, encoding exposition.Encoding, families []*dto.MetricFamily) *exposition.Part {
	t.Helper()
	p, err := w.Part(encoding, exposition.Content{Gatherer: gathered(families)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sent returns the body as a client reads it.
func sent(t testing.TB, w *exposition.Writer, encoding exposition.Encoding, first *exposition.Part, rest exposition.Content) []byte {
	t.Helper()
	recorder := httptest.NewRecorder()
	if err := w.Send(recorder, encoding, first, rest); err != nil {
		t.Fatal(err)
	}
	var body io.Reader = recorder.Body
	if encoding.Gzip {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		unzipped.Multistream(false) // many clients read no further
		body = unzipped
	}
	text, err := io.ReadAll(body) // checks length and checksum
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func encode(t testing.TB, format expfmt.Format, families []*dto.MetricFamily) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := expfmt.NewEncoder(&out, format)
	for _, f := range families {
		if err := encoder.Encode(f); err != nil {
			t.Fatal(err)
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		if err := closer.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// FuzzNegotiate: any request gets an encoding that can be written.
func FuzzNegotiate(f *testing.F) {
	f.Add("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.2", "gzip")
	f.Add("text/plain;version=1.0.0;escaping=values", "gzip;q=0,*")
	f.Fuzz(func(t *testing.T, accept, coding string) {
		w := exposition.NewWriter()
		encoding := exposition.Negotiate(http.Header{"Accept": {accept}, "Accept-Encoding": {coding}})
		text := sent(t, w, encoding, part(t, w, encoding, family(t, "first", 1)), exposition.Content{})
		if len(text) == 0 {
			t.Errorf("nothing was written in %+v", encoding)
		}
	})
}

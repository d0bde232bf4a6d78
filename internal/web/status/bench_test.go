package status_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"thulium_exporter/test/statustest"
)

// BenchmarkPage measures whole responses.
func BenchmarkPage(b *testing.B) {
	thousand := []statustest.System{statustest.Up("acme", statustest.Many(1000)...)}
	for _, bb := range []struct {
		name    string
		systems []statustest.System
		target  string
	}{
		{"campaigns=8", centre(), "/"},
		{"campaigns=1000", thousand, "/"},
		{"campaigns=1000/polish", thousand, "/?lang=pl"},
		{"campaigns=1000/json", thousand, "/?format=json"},
		{"systems=1000", statustest.Fleet(1000), "/"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			handler := newHandler(b, bb.systems)
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, bb.target, nil)
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				b.ReportMetric(float64(w.Body.Len()), "bytes")
			}
		})
	}
}

package status_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"thulium_exporter/internal/web/status/statustest"
)

// BenchmarkPage measures whole answers.
func BenchmarkPage(b *testing.B) {
	campaigns := statustest.Many(1000)
	one := acme(statustest.Up(campaigns), campaigns...)
	for _, bb := range []struct {
		name    string
		systems statustest.Systems
		target  string
	}{
		{"campaigns=8", centre(), "/"},
		{"campaigns=1000/rows=100", one, "/"},
		{"campaigns=1000/rows=1000", one, "/?rows=1000"},
		{"campaigns=1000/json", one, "/?format=json"},
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

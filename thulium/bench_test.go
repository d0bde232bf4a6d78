package thulium_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// many is a response with n campaigns.
func many(n int) string {
	sim := simulator.New(simulator.Config{Campaigns: simulator.Many(n)})
	w := httptest.NewRecorder()
	sim.ServeHTTP(w, httptest.NewRequest(http.MethodGet, simulator.Path, nil))
	return w.Body.String()
}

func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			body := many(n)
			c := client(b, "https://acme.test", responding(200, body), thulium.Options{})
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := c.Stats(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkStats asks over a real connection a server that compresses or does not,
// whatever is requested; its part is in it.
func BenchmarkStats(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprintf("plain/%d", n), func(b *testing.B) { benchmarkStats(b, "", many(n)) })
		b.Run(fmt.Sprintf("gzip/%d", n), func(b *testing.B) { benchmarkStats(b, "gzip", zip(b, many(n))) })
	}
}

func benchmarkStats(b *testing.B, coding, body string) {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Encoding"] = []string{coding}
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	c := client(b, server.URL, server.Client().Transport, thulium.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Stats(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

package business_test

import (
	"runtime"
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

func BenchmarkSecondsUntil(b *testing.B) {
	c := mustNew(b, business.Spec{})
	at := time.Date(2026, time.November, 3, 12, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		c.SecondsUntil(at)
	}
}

// BenchmarkNew also reports what a calendar keeps in memory.
func BenchmarkNew(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var kept []*business.Calendar
	b.ReportAllocs()
	for b.Loop() {
		kept = append(kept, mustNew(b, business.Spec{Windows: daily("08:00", "20:00")}))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(kept)), "kept-B/op")
	runtime.KeepAlive(kept)
}

func BenchmarkAfter(b *testing.B) {
	for name, hours := range map[string]float64{"today": 3, "next_week": 60, "in_two_years": 6000} {
		b.Run(name, func(b *testing.B) {
			c := mustNew(b, business.Spec{})
			at := time.Date(2026, time.November, 3, 12, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				c.After(at, hours*3600)
			}
		})
	}
}

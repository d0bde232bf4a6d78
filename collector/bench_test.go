package collector_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// BenchmarkRender measures a snapshot becoming metric families.
func BenchmarkRender(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprintf("campaigns=%d", n), func(b *testing.B) {
			stats := &thulium.Stats{}
			for i := range n {
				stats.Campaigns = append(stats.Campaigns, thulium.Campaign{
					ID: fmt.Sprintf("%05d", i), Records: float64(i), CompletionPercent: float64(i%10_000) / 100,
				})
			}
			metrics := collector.NewMetrics()
			s := &collector.Snapshot{Stats: stats, Duration: time.Millisecond, LastSuccess: time.Now()}
			b.ReportAllocs()
			for b.Loop() {
				registry := prometheus.NewRegistry()
				registry.MustRegister(rendering(metrics, s, nil))
				if _, err := registry.Gather(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

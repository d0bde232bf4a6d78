package statefile

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"thulium_exporter/internal/progress"
)

// 10,000 systems of 50 campaigns are written once a minute.
func BenchmarkHalfAMillionCampaigns(b *testing.B) {
	systems := make([]System, 10_000)
	systems[0] = worked(b, "acme", time.Now(), 50)
	for i := range systems {
		systems[i] = System{Name: fmt.Sprint(i), URL: url, Tracker: systems[0].Tracker}
	}
	var file bytes.Buffer
	if err := encode(&file, slices.Values(systems)); err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := encode(io.Discard, slices.Values(systems)); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(file.Len())/1e6, "MB")
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := decode(bytes.NewReader(file.Bytes()), func(key, *progress.Saved) {}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

package exposition

import (
	"compress/flate"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// exposed returns a scrape of n campaigns, as text.
func exposed(b *testing.B, n int) []byte {
	b.Helper()
	text, err := manyCampaigns(n).append(nil, expfmt.NewFormat(expfmt.TypeOpenMetrics), true)
	if err != nil {
		b.Fatal(err)
	}
	return text
}

// manyCampaigns is a scrape of n campaigns that progress, each with seven series.
func manyCampaigns(n int) *Content {
	tracker := progress.New(func(string) *progress.Settings {
		return &progress.Settings{StalledAfter: 2 * time.Hour, StalledUntil: 98, StallAlert: true, Calendar: always{}}
	})
	s := snapshot()
	for step := range 25 { // of ten minutes
		s.Stats = &thulium.Stats{Campaigns: make([]thulium.Campaign, n)}
		for i := range s.Stats.Campaigns { // nothing that compresses better than real numbers do
			s.Stats.Campaigns[i] = thulium.Campaign{
				ID: fmt.Sprintf("%05d", i+1), Records: float64(100 + i*7919%20_000),
				CompletionPercent: float64(i*6007%7_001+(step*(10+i*31%90))) / 100,
			}
		}
		at := time.Unix(1_795_000_000, 0).Add(time.Duration(step*600) * time.Second)
		s.Progress = tracker.Update(at, s.Stats.Campaigns)
	}
	name := func(string) string { return "" }
	return &Content{Groups: []*collector.Group{collector.NewMetrics().Campaigns(s, name)}}
}

// BenchmarkText encodes a scrape of 10,000 campaigns.
func BenchmarkText(b *testing.B) {
	content, out := manyCampaigns(10_000), []byte(nil)
	b.ReportAllocs()
	for b.Loop() {
		out, _ = content.append(out[:0], expfmt.NewFormat(expfmt.TypeOpenMetrics), true)
	}
	b.SetBytes(int64(len(out)))
}

// BenchmarkDeflate compresses a scrape of 10,000 campaigns, and does the same
// with the standard library.
func BenchmarkDeflate(b *testing.B) {
	text := exposed(b, 10_000)
	b.Run("as served", func(b *testing.B) {
		e := &encoder{}
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			e.deflate(text, true)
		}
	})
	b.Run("standard library", func(b *testing.B) {
		w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			w.Reset(io.Discard)
			_, _ = w.Write(text)
			_ = w.Close()
		}
	})
}

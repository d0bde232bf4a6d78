package exposition_test

import (
	"compress/flate"
	"fmt"
	"io"
	"testing"
	"time"

	klauspost "github.com/klauspost/compress/flate"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/web/exposition"
	"thulium_exporter/thulium"
)

// manyCampaigns is a scrape of n campaigns that progress, each with ten series.
func manyCampaigns(n int) exposition.Content {
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
	return exposition.Content{Groups: []*collector.Group{collector.NewMetrics().Campaigns(s, name)}}
}

// BenchmarkPart encodes a scrape of 5,000 campaigns, and compresses it.
func BenchmarkPart(b *testing.B) {
	content, w := manyCampaigns(5_000), exposition.NewWriter()
	for _, gzip := range []bool{false, true} {
		b.Run(fmt.Sprintf("gzip=%t", gzip), func(b *testing.B) {
			encoding := exposition.Encoding{Format: expfmt.NewFormat(expfmt.TypeOpenMetrics), Gzip: gzip}
			b.ReportAllocs()
			for b.Loop() {
				part, err := w.Part(encoding, content)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(part.Len()), "bytes")
			}
		})
	}
}

// BenchmarkDeflate compresses a scrape of 5,000 campaigns with the library that is
// used, and with the standard one.
func BenchmarkDeflate(b *testing.B) {
	encoding := exposition.Encoding{Format: expfmt.NewFormat(expfmt.TypeOpenMetrics)}
	text := sent(b, exposition.NewWriter(), encoding, &exposition.Part{}, manyCampaigns(5_000))
	for name, newWriter := range map[string]func() (io.WriteCloser, error){
		"klauspost":        func() (io.WriteCloser, error) { return klauspost.NewWriter(io.Discard, klauspost.BestSpeed) },
		"standard library": func() (io.WriteCloser, error) { return flate.NewWriter(io.Discard, flate.BestSpeed) },
	} {
		b.Run(name, func(b *testing.B) {
			w, err := newWriter()
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				w.(interface{ Reset(io.Writer) }).Reset(io.Discard)
				_, _ = w.Write(text)
				_ = w.Close()
			}
		})
	}
}

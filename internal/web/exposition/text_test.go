package exposition_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/collector"
	"thulium_exporter/internal/web/exposition"
	"thulium_exporter/thulium"
)

type calendar struct{}

func (calendar) OpenAt(time.Time) bool          { return true }
func (calendar) SecondsUntil(time.Time) float64 { return 217_540_800.25 }

// groups are all metrics of a snapshot.
func groups(s *collector.Snapshot, names map[string]string) []*collector.Group {
	m := collector.NewMetrics()
	return []*collector.Group{m.Campaigns(s, func(id string) string { return names[id] }), m.Status(s), m.BusinessTime(calendar{}, time.Now())}
}

func snapshot(campaigns ...thulium.Campaign) *collector.Snapshot {
	return &collector.Snapshot{
		Stats: &thulium.Stats{Campaigns: campaigns}, LastSuccess: time.Now(), Duration: 125 * time.Millisecond,
	}
}

// same fails unless a group is written as client_golang and expfmt write it.
func same(t *testing.T, group *collector.Group, format expfmt.Format) {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(group)
	w, encoding := exposition.NewWriter(), exposition.Encoding{Format: format}
	want := sent(t, w, encoding, &exposition.Part{}, exposition.Content{Gatherer: registry})
	got := sent(t, w, encoding, &exposition.Part{}, exposition.Content{Groups: []*collector.Group{group}})
	if !slices.Equal(lines(got), lines(want)) {
		t.Errorf("%s: got\n%s\nwant\n%s", format, got, want)
	}
}

// lines are the lines of a text in any order: a registry sorts by label values.
func lines(text []byte) []string {
	return slices.Sorted(strings.Lines(string(text)))
}

func TestText(t *testing.T) {
	cached := snapshot(thulium.Campaign{ID: "1"})
	cached.Cached = true
	for _, s := range []*collector.Snapshot{
		{}, snapshot(), cached,
		snapshot(
			thulium.Campaign{ID: "00001", Records: 1324, CompletionPercent: 14.87},
			thulium.Campaign{ID: "00002", Records: 999_999, CompletionPercent: 100},
			thulium.Campaign{ID: "00003", Records: 1_000_000, CompletionPercent: 1e-7},
			thulium.Campaign{ID: "00004", Records: math.MaxFloat64, CompletionPercent: 0},
			thulium.Campaign{ID: "00005", Records: 1 << 63, CompletionPercent: 0.01},
		),
		snapshot(thulium.Campaign{ID: "\\ \n\"\t\x00 ż\u2028", Records: 1}),
	} {
		for _, group := range groups(s, map[string]string{"00001": "Spring \"renewals\"\n\\", "00002": "ż"}) {
			for _, format := range expfmt.DefaultOpenMetricsAcceptedFormats() {
				same(t, group, format)
			}
		}
	}
}

// FuzzText: all values that the client accepts are written as expfmt writes them.
func FuzzText(f *testing.F) {
	f.Add("00001", 1324.0, 14.87, "Spring renewals")
	f.Add("\x00\n\"\\", 1e6, 100.0, "<script>\u202e")
	f.Fuzz(func(t *testing.T, id string, records, percent float64, name string) {
		id, name = strings.ToValidUTF8(id, "?"), strings.ToValidUTF8(name, "?")
		if math.IsNaN(records) || math.IsInf(records, 0) || math.IsNaN(percent) || math.IsInf(percent, 0) {
			return // the client rejects them
		}
		s := snapshot(thulium.Campaign{ID: id, Records: records, CompletionPercent: percent})
		for _, format := range expfmt.DefaultOpenMetricsAcceptedFormats() {
			same(t, groups(s, map[string]string{id: name})[0], format)
		}
	})
}

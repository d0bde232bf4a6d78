package exposition_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/collector"
	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/web/exposition"
	"thulium_exporter/thulium"
)

// always is a calendar without an end of business hours.
type always struct{}

func (always) OpenAt(time.Time) bool            { return true }
func (always) SecondsUntil(t time.Time) float64 { return float64(t.Unix() - 1_700_000_000) }
func (always) After(t time.Time, seconds float64) (time.Time, bool) {
	return t.Add(time.Duration(seconds) * time.Second), true
}
func (always) Day(time.Time) business.Day { return business.Day{} }

// noon is the moment of the latest response.
func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 250e6, time.UTC) }

// followed returns the state of campaigns after a morning: one progresses,
// one waits for it, one has not started, one is finished, one is empty and one has left.
func followed() (*thulium.Stats, *progress.Report) {
	settings := func(id string) *progress.Settings {
		s := &progress.Settings{StalledAfter: 2 * time.Hour, StalledUntil: 98, StallAlert: true, Calendar: always{}}
		if id == "00001" {
			s.Deadline = noon().Add(24 * time.Hour)
		}
		if id <= "00002" {
			s.Pool, s.StalledAfter = "renewals", time.Hour
		}
		return s
	}
	tracker := progress.New(settings)
	var stats *thulium.Stats
	for minute := -300; minute <= 0; minute += 10 {
		stats = &thulium.Stats{Rejected: 1, FirstRejection: errors.New("no id"), Campaigns: []thulium.Campaign{
			{ID: "00001", Records: 1324, CompletionPercent: 14.87 + float64(minute)/100},
			{ID: "00002", Records: 20, CompletionPercent: 23},
			{ID: "00003", Records: 300, CompletionPercent: 0},
			{ID: "00004", Records: 50, CompletionPercent: 100},
			{ID: "00005"},
		}}
		if minute < -60 {
			stats.Campaigns = append(stats.Campaigns, thulium.Campaign{ID: "00006", Records: 10, CompletionPercent: 50})
		}
		tracker.Update(noon().Add(time.Duration(minute)*time.Minute), stats.Campaigns)
	}
	return stats, tracker.Report()
}

// TestGolden compares whole expositions with files; UPDATE=1 writes them.
func TestGolden(t *testing.T) {
	stats, report := followed()
	up := &collector.Snapshot{
		Stats: stats, Progress: report, Duration: 125 * time.Millisecond, LastSuccess: noon(),
		Durations: histogram(t), Since: noon(),
	}
	up.Requests[thulium.OK] = 7
	cached := *up
	cached.Cached = true
	outage := cached
	outage.Stats, outage.Err = nil, errors.New("no response")
	for name, s := range map[string]*collector.Snapshot{
		"up": up, "cached": &cached, "outage": &outage, "start": {Err: errors.New("no scrape yet")},
	} {
		for extension, format := range map[string]expfmt.FormatType{"prom": expfmt.TypeTextPlain, "om": expfmt.TypeOpenMetrics} {
			compare(t, "testdata/"+name+"."+extension, exposed(t, s, expfmt.NewFormat(format)))
		}
	}
}

// exposed returns the metrics of a snapshot as a client reads them.
func exposed(t *testing.T, s *collector.Snapshot, format expfmt.Format) string {
	t.Helper()
	names := func(id string) string { return map[string]string{"00001": `Spring "renewals"`}[id] }
	m, w, encoding := collector.NewMetrics(), exposition.NewWriter(), exposition.Encoding{Format: format}
	cached, err := w.Part(encoding, exposition.Content{Groups: []*collector.Group{m.Campaigns(s, names), m.Status(s)}})
	if err != nil {
		t.Fatal(err)
	}
	rest := exposition.Content{Groups: []*collector.Group{m.BusinessTime(always{}, noon())}}
	return string(sent(t, w, encoding, cached, rest))
}

// histogram is that of a system after one request.
func histogram(t *testing.T) prometheus.Histogram {
	t.Helper()
	h := collector.NewRecord(progress.New(nil), nil)
	h.Observe(thulium.OK, 125*time.Millisecond)
	return collector.NewOnScrape(nil, 0, h).Latest().Durations
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s", file, got)
	}
}

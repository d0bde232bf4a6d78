package progress_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// list returns so many campaigns, of which every third has progressed by round.
func list(n, round int) []thulium.Campaign {
	campaigns := make([]thulium.Campaign, n)
	for i := range campaigns {
		campaigns[i] = thulium.Campaign{ID: fmt.Sprintf("%05d", i), Records: float64(1000 + i), CompletionPercent: float64(i % 90)}
		if i%3 == 0 {
			campaigns[i].CompletionPercent += float64(round%1000) / 100
		}
	}
	return campaigns
}

// seen is a tracker of n campaigns with a known pace.
func seen(t testing.TB, n int) (*progress.Tracker, time.Time) {
	t.Helper()
	settings := usual(t)
	tracker, at := progress.New(func(string) *progress.Settings { return settings }), monday()
	for round := range 200 {
		at = at.Add(time.Minute)
		tracker.Update(at, list(n, round))
	}
	return tracker, at
}

func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{50, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			tracker, at := seen(b, n)
			rounds := [][]thulium.Campaign{list(n, 1), list(n, 2), list(n, 3)}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				at = at.Add(time.Second)
				tracker.Update(at, rounds[i%3])
			}
		})
	}
}

func BenchmarkCampaigns(b *testing.B) {
	tracker, _ := seen(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		for c := range tracker.Report().Campaigns() {
			runtime.KeepAlive(c)
		}
	}
}

// Half a million campaigns have to fit.
func TestMemory(t *testing.T) {
	settings := usual(t)
	lookup := func(string) *progress.Settings { return settings }
	campaigns := list(50, 1)
	trackers := make([]*progress.Tracker, 200)
	before := heap()
	for i := range trackers {
		trackers[i] = progress.New(lookup)
		trackers[i].Update(monday(), slices.Clone(campaigns))
		trackers[i].Update(monday().Add(time.Minute), slices.Clone(campaigns))
	}
	each := float64(heap()-before) / float64(len(trackers)*len(campaigns))
	t.Logf("%.0f bytes per campaign", each)
	if each > 200 {
		t.Errorf("%.0f bytes per campaign", each)
	}
	runtime.KeepAlive(trackers)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

package progress_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// What holds after every response, whatever came before.
func TestProperties(t *testing.T) {
	settings := lawful(t)
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		script := make([]byte, 600)
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		follow(t, script, settings)
	}
}

func FuzzUpdate(f *testing.F) {
	f.Add([]byte("a campaign progresses, stalls, is archived and finishes"))
	f.Add([]byte{0, 1, 2, 3, 250, 251, 252, 253, 254, 255, 0, 0, 0, 0, 7, 7, 7, 7})
	settings := lawful(f)
	f.Fuzz(func(t *testing.T, script []byte) { follow(t, script, settings) })
}

// lawful returns settings with the usual calendar and with one that was edited.
func lawful(t testing.TB) [2]*progress.Settings {
	t.Helper()
	edited := calendar(t, business.Spec{
		ClosedDates: []string{"2026-05-12"},
		OpenDates:   []business.OpenDate{{Date: "2026-05-16", Times: []business.TimeRange{{Start: "06:00", End: "23:00"}}}},
	})
	both := [2]*progress.Settings{usual(t), usual(t)}
	both[1].Calendar = edited
	both[0].Pool, both[1].Pool, both[1].Order = "one", "one", 1
	return both
}

// follow lets a script write the responses of a system, three bytes for each
// campaign, and checks each report.
func follow(t *testing.T, script []byte, settings [2]*progress.Settings) {
	t.Helper()
	now, in := monday(), 0
	lookup := func(string) *progress.Settings { return settings[in] }
	tracker, shuffled := progress.New(lookup), progress.New(lookup)
	campaigns := map[string]thulium.Campaign{}
	before := map[string]progress.Campaign{}
	for len(script) >= 3 {
		var entries []thulium.Campaign
		for n := int(script[0]%4) + 1; n > 0 && len(script) >= 3; n-- {
			id := fmt.Sprint(script[0] >> 6)
			if !slices.ContainsFunc(entries, func(c thulium.Campaign) bool { return c.ID == id }) {
				entries = append(entries, change(id, campaigns[id], script[1], script[2]))
			}
			script = script[3:]
		}
		if len(script) == 0 {
			return
		}
		now = now.Add(pauseOf(script[0]))
		if script[0]%64 == 63 {
			in = 1 - in
			tracker.Configure(lookup)
			shuffled.Configure(lookup)
			before = valuesOf(tracker.Report())
		}
		script = script[1:]
		report := tracker.Update(now, entries)
		after := valuesOf(report)
		judge(t, now, settings[in].Calendar, campaigns, entries, before, after)
		slices.Reverse(entries)
		if other := valuesOf(shuffled.Update(now, entries)); !same(after, other) {
			t.Fatalf("another order gives %+v\ninstead of %+v", other, after)
		}
		if again := tracker.Update(now, entries); again != report {
			t.Fatal("the same response has changed the report")
		}
		if tracker = again(t, tracker, lookup); !same(valuesOf(tracker.Report()), after) {
			t.Fatalf("restored %+v\ninstead of %+v", valuesOf(tracker.Report()), after)
		}
		before = after
		clear(campaigns)
		for _, c := range entries {
			campaigns[c.ID] = c
		}
	}
}

// change returns the campaign's next entry: mostly a step of progress, or none.
func change(id string, c thulium.Campaign, what, size byte) thulium.Campaign {
	c.ID = id
	switch what % 8 {
	case 0, 1, 2:
		c.CompletionPercent += float64(size%4) / 100
	case 3:
		c.CompletionPercent -= float64(size) / 100
	case 4:
		c.Records = float64(size) * 40
	case 5:
		c.Records += float64(size)
	case 6:
		c.CompletionPercent = float64(size) / 2.5
	}
	c.CompletionPercent = min(100, max(0, float64(int(c.CompletionPercent*100+0.5))/100))
	return c
}

// pauseOf is a minute, or now and then up to two days.
func pauseOf(b byte) time.Duration {
	if b%4 != 0 {
		return time.Minute
	}
	return time.Duration(b)*11*time.Minute + time.Second
}

func valuesOf(r *progress.Report) map[string]progress.Campaign {
	values := map[string]progress.Campaign{}
	if r == nil {
		return values
	}
	for c := range r.Campaigns() {
		values[c.ID] = c
	}
	values[""] = progress.Campaign{Idle: r.Idle, Threshold: r.Threshold} // the system as a whole
	return values
}

func same(a, b map[string]progress.Campaign) bool {
	for id, c := range a {
		if b[id] != c {
			return false
		}
	}
	return len(a) == len(b)
}

func judge(t *testing.T, now time.Time, calendar progress.Calendar, were map[string]thulium.Campaign,
	entries []thulium.Campaign, before, after map[string]progress.Campaign,
) {
	t.Helper()
	if system, was := after[""], before[""]; !calendar.OpenAt(now) && was.Threshold > 0 && system.Idle > was.Idle {
		t.Fatalf("%s: idle time of the system grew outside business hours from %v to %v", now, was.Idle, system.Idle)
	}
	for _, entry := range entries {
		is, listed := after[entry.ID]
		if !listed {
			t.Fatalf("%s is not reported", entry.ID)
		}
		if is.Idle < 0 && is.Idle != -1 || is.Threshold != 0 && is.Threshold < 7200 {
			t.Fatalf("%s: %+v", now, is)
		}
		was, known := before[entry.ID]
		previous := were[entry.ID]
		if !known {
			continue
		}
		if !calendar.OpenAt(now) && is.Idle > max(0, was.Idle) {
			t.Fatalf("%s: idle time grew outside business hours from %v to %v", now, was.Idle, is.Idle)
		}
		if entry.Records == previous.Records && entry.CompletionPercent > previous.CompletionPercent && is.Idle > 0 {
			t.Fatalf("%s: idle for %v after progress from %+v to %+v", now, is.Idle, previous, entry)
		}
		if entry == previous && is.LastProgress != was.LastProgress {
			t.Fatalf("%s: progress without any: %+v", now, entry)
		}
	}
}

// Two responses with nothing between them in business time say the same.
func TestARepeatedResponseChangesNothing(t *testing.T) {
	s := newStory(t)
	done := s.work(2000, 100, 30, 11)
	s.hear(59*time.Minute, campaign(2000, done))
	s.hear(time.Minute, campaign(2000, done))
	before := s.the()
	for range 20 {
		s.hear(30*time.Minute, campaign(2000, done))
		if after := s.the(); after != before {
			t.Fatalf("%+v\nbecame %+v", before, after)
		}
	}
}

package simulator_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"thulium_exporter/thulium/simulator"
)

// timeline asks a Simulator at any time after its start.
type timeline struct {
	*simulator.Simulator
	now time.Time
}

type entry struct {
	ID      string  `json:"id"`
	Records int     `json:"records_count"`
	Percent float64 `json:"completion_percent"`
}

func newTimeline(campaigns ...simulator.Campaign) *timeline {
	tl := &timeline{now: time.Unix(0, 0)}
	tl.Simulator = simulator.New(simulator.Config{
		Campaigns: campaigns, Now: func() time.Time { return tl.now },
	})
	return tl
}

func (tl *timeline) at(t *testing.T, elapsed time.Duration) []entry {
	t.Helper()
	tl.now = time.Unix(0, 0).Add(elapsed)
	var entries []entry
	if err := json.Unmarshal([]byte(text(t, ask(t, tl.Simulator, simulator.Path, nil).Body)), &entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestCampaign(t *testing.T) {
	const h, m, s = time.Hour, time.Minute, time.Second
	type moments map[time.Duration]string // records and percent, after the ID if it is not 00001; "" is inactive
	for _, tt := range []struct {
		name string
		simulator.Campaign
		moments
	}{
		{"whole records", simulator.Campaign{Records: 20, PerHour: 2},
			moments{0: "20 0", 29 * m: "20 0", 30 * m: "20 5", 9*h + 59*m: "20 95", 10 * h: ""}},
		{"rounding", simulator.Campaign{Records: 3, Done: 1},
			moments{0: "3 33.33"}},
		{"lingers", simulator.Campaign{Records: 100, PerHour: 10, Lingers: h},
			moments{10 * h: "100 100", 11*h - s: "100 100", 11 * h: ""}},
		{"done at the start", simulator.Campaign{Records: 100, Done: 100, Lingers: h},
			moments{0: "100 100", h: ""}},
		{"leaves unfinished", simulator.Campaign{Records: 100, PerHour: 10, Leaves: 5 * h},
			moments{5*h - s: "100 49", 5 * h: ""}},
		{"starts later", simulator.Campaign{Records: 100, PerHour: 10, Starts: h},
			moments{h - s: "", h: "100 0", 2 * h: "100 10"}},
		{"started earlier", simulator.Campaign{Records: 100, PerHour: 10, Starts: -h},
			moments{0: "100 10", h: "100 20"}},
		{"stalls", simulator.Campaign{Records: 100, PerHour: 10, Stalls: []simulator.Stall{{h, 2 * h}, {4 * h, h}}},
			moments{h: "100 10", 2 * h: "100 10", 3 * h: "100 10", 4 * h: "100 20", 5 * h: "100 20", 12 * h: "100 90", 13 * h: ""}},
		{"grows and falls back", simulator.Campaign{Records: 100, Done: 50, PerHour: 5, AddedPerHour: 20},
			moments{0: "100 50", 5 * h: "200 37.5"}},
		{"grows and finishes", simulator.Campaign{Records: 100, PerHour: 20, AddedPerHour: 10, Lingers: h},
			moments{5 * h: "150 66.67", 10 * h: "200 100", 10*h + 30*m: "200 100", 11 * h: ""}},
		{"grows in a stall", simulator.Campaign{Records: 10, PerHour: 20, AddedPerHour: 10, Lingers: h,
			Stalls: []simulator.Stall{{0, h}}},
			moments{h: "20 0", 3 * h: "40 100"}},
		{"empty", simulator.Campaign{},
			moments{0: "0 0", 1000 * h: "0 0"}},
		{"followed", simulator.Campaign{Records: 10, PerHour: 10, Every: 2 * h, Stride: 10},
			moments{30 * m: "10 50", h: "", 2 * h: "00011 10 0", 200_000 * h: "10 0"}},
		{"again", simulator.Campaign{Records: 10, PerHour: 1, Every: 2 * h},
			moments{2*h - s: "10 10", 2 * h: "10 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.ID = "00001"
			tl := newTimeline(tt.Campaign)
			for elapsed, want := range tt.moments {
				got := ""
				for _, e := range tl.at(t, elapsed) {
					got = strings.TrimPrefix(fmt.Sprintf("%s %d %v", e.ID, e.Records, e.Percent), "00001 ")
				}
				if got != want {
					t.Errorf("after %v: %q, want %q", elapsed, got, want)
				}
			}
		})
	}
}

// TestProgress proves for campaigns of all kinds that the order of questions
// does not matter, that nothing leaves its range, and that work is not undone.
func TestProgress(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		c := simulator.Campaign{
			ID: "00001", Records: random.IntN(5000), Done: float64(random.IntN(100)),
			PerHour: 300 * random.Float64(), Lingers: time.Duration(random.Int64N(int64(time.Hour))),
			Stalls: []simulator.Stall{
				{time.Duration(random.Int64N(int64(time.Hour))), time.Hour},
				{3 * time.Hour, time.Duration(random.Int64N(int64(time.Hour)))},
			},
		}
		forth, back := newTimeline(c), newTimeline(c)
		const steps, step = 100, 7*time.Minute + 13*time.Second
		answers := make([]string, steps)
		last := entry{}
		for i := range steps {
			entries := forth.at(t, time.Duration(i)*step)
			answers[i] = fmt.Sprint(entries)
			for _, e := range entries {
				if e.Percent < last.Percent || e.Percent > 100 {
					t.Fatalf("%+v: %v percent after %v", c, e.Percent, last.Percent)
				}
				last = e
			}
		}
		for i := steps - 1; i >= 0; i-- {
			if got := fmt.Sprint(back.at(t, time.Duration(i)*step)); got != answers[i] {
				t.Fatalf("%+v: backwards %s, forwards %s", c, got, answers[i])
			}
		}
	}
}

func TestSetCampaignsKeepsTime(t *testing.T) {
	tl := newTimeline()
	tl.at(t, time.Hour)
	tl.SetCampaigns([]simulator.Campaign{{ID: "00001", Records: 100, PerHour: 10}})
	if got := tl.at(t, time.Hour); len(got) != 1 || got[0].Percent != 10 {
		t.Errorf("got %v, want 10 percent", got)
	}
}

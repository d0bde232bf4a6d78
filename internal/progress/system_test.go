package progress_test

import (
	"fmt"
	"testing"
	"time"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// centre lets campaigns complete a record each in turn, one every so often, and
// returns how many are done by each then.
func (s *story) centre(every time.Duration, steps int, ids ...string) map[string]int {
	done := make(map[string]int, len(ids))
	for _, id := range ids {
		done[id] = 100
	}
	s.hear(0, those(ids, done)...)
	for n := range steps {
		done[ids[n%len(ids)]]++
		s.hear(every, those(ids, done)...)
	}
	return done
}

func those(ids []string, done map[string]int) (campaigns []thulium.Campaign) {
	for _, id := range ids {
		campaigns = append(campaigns, named(id, done[id]))
	}
	return campaigns
}

// whole fails unless the system as a whole is known to have been idle for so long, and
// to be stalled after so long; negative: nothing is known.
func (s *story) whole(idle, threshold time.Duration) {
	s.t.Helper()
	if idle < 0 {
		idle, threshold = 0, 0
	}
	gotIdle, gotThreshold := s.report.Idle, s.report.Threshold
	if gotIdle != idle.Seconds() || gotThreshold != threshold.Seconds() {
		s.t.Errorf("%s: idle for %v of %v, want %v of %v", s.at.Format(time.DateTime), gotIdle, gotThreshold, idle.Seconds(), threshold.Seconds())
	}
}

func TestSystem(t *testing.T) {
	const minute, hour, floor = time.Minute, time.Hour, 75 * time.Minute
	four := []string{"1", "2", "3", "4"}
	for name, tell := range map[string]func(*story){
		"a silence of all is a stall early": func(s *story) {
			done := s.centre(3*minute, 160, four...)
			s.whole(0, floor)
			s.hear(floor, those(four, done)...)
			s.whole(floor, floor)
			for _, id := range four {
				if c := s.of(id); c.State != progress.Active {
					s.t.Errorf("%+v", c)
				}
			}
			done["3"]++
			s.hear(minute, those(four, done)...)
			s.whole(0, floor)
		},
		"unknown until eight steps": func(s *story) {
			done := s.centre(minute, 7, four...)
			s.whole(-1, 0)
			done["1"]++
			s.hear(minute, those(four, done)...)
			if s.report.Threshold == 0 {
				s.t.Error("unknown after eight steps")
			}
		},
		"slow campaigns are silent for longer": func(s *story) {
			s.centre(20*minute, 30, four...)
			s.whole(0, 28840*time.Second)
		},
		"one campaign is no system": func(s *story) {
			s.centre(3*minute, 160, "1")
			s.whole(-1, 0)
		},
		"nor is one beside others that cannot be stalled": func(s *story) {
			callbacks := *s.settings
			callbacks.StallAlert = false
			s.own = map[string]*progress.Settings{"2": &callbacks, "3": &callbacks}
			s.centre(3*minute, 160, "1", "2", "3")
			s.whole(-1, 0)
		},
		"progress of those counts": func(s *story) {
			callbacks := *s.settings
			callbacks.StallAlert = false
			s.own = map[string]*progress.Settings{"3": &callbacks}
			ids := four[:3]
			done := s.centre(3*minute, 160, ids...)
			s.hear(hour, those(ids, done)...)
			s.whole(hour, floor)
			done["3"]++
			s.hear(minute, those(ids, done)...)
			s.whole(0, floor)
		},
		"when the fast ones are finished, the others may be silent for longer": func(s *story) {
			ids := []string{"fast", "2", "3"}
			done := map[string]int{"fast": 300, "2": 300, "3": 300}
			for n := range 600 {
				done["fast"]++
				if n%40 == 0 {
					done["2"]++
				}
				if n%60 == 0 {
					done["3"]++
				}
				s.hear(minute, those(ids, done)...)
			}
			s.whole(0, floor)
			done["fast"] = 1000
			s.hear(minute, those(ids, done)...)
			if got := s.report.Threshold; got < 5*3600 {
				s.t.Errorf("threshold of %v s for two records and a half an hour", got)
			}
		},
		"nothing is known of new ones alone": func(s *story) {
			done := s.centre(3*minute, 160, four...)
			fresh := []string{"5", "6"}
			done["5"], done["6"] = 100, 100
			s.hear(minute, those(append(fresh, four...), done)...)
			s.whole(minute, floor)
			s.hear(minute, those(fresh, done)...)
			s.whole(-1, 0)
			done["5"]++
			s.hear(minute, those(fresh, done)...)
			s.whole(-1, 0) // not even then: the second step shows the pace
			done["5"]++
			s.hear(minute, those(fresh, done)...)
			s.whole(0, floor)
		},
		"business hours of the campaigns' own": func(s *story) {
			evening := *s.settings
			evening.Calendar = calendar(s.t, business.Spec{Windows: []business.Window{{
				Weekdays: []string{"monday:friday"}, Times: []business.TimeRange{{Start: "16:00", End: "22:00"}},
			}}})
			s.own = map[string]*progress.Settings{"1": &evening, "2": &evening}
			s.at = s.at.Add(8 * hour) // 16:00
			ids := four[:2]
			done := s.centre(4*minute, 75, ids...) // until 21:00
			s.whole(0, floor)
			s.hear(10*minute, those(ids, done)...)
			s.hear(18*hour+5*minute, those(ids, done)...) // 15:15
			s.whole(10*minute, floor)                     // but for those, 7 h 15 min
			s.hear(hour, those(ids, done)...)             // 16:15
			s.whole(75*minute, floor)
		},
		"progress at night ends a silence, too": func(s *story) {
			done := s.centre(5*minute, 132, four...) // until 19:00
			s.hear(2*hour, those(four, done)...)
			s.whole(0, floor) // until they begin again
			s.hear(11*hour, those(four, done)...)
			s.whole(hour, floor)
			s.hear(13*hour, those(four, done)...) // 21:00
			done["1"]++
			s.hear(hour, those(four, done)...)
			s.whole(0, floor)
		},
		"a restart keeps it": func(s *story) {
			done := s.centre(3*minute, 160, four...)
			s.hear(hour, those(four, done)...)
			s.restart()
			s.whole(hour, floor)
			s.hear(15*minute, those(four, done)...)
			s.whole(floor, floor)
		},
		"without a state file it starts again": func(s *story) {
			done := s.centre(3*minute, 160, four...)
			s.tracker = progress.New(s.lookup)
			s.hear(hour, those(four, done)...)
			s.whole(-1, 0)
		},
		"a step of the clock starts it again": func(s *story) {
			s.settings.Calendar = always(s.t)
			done := s.centre(3*minute, 160, four...)
			s.hear(hour, those(four, done)...)
			s.hear(-20*minute, those(four, done)...)
			s.whole(0, floor)
		},
		"a reload of the calendar counts it again": func(s *story) {
			done := s.centre(5*minute, 130, four...) // until 18:50
			s.hear(130*minute, those(four, done)...) // 21:00
			long := *s.settings
			long.Calendar = always(s.t)
			s.settings = &long
			s.tracker.Configure(s.lookup)
			s.report = s.tracker.Report()
			s.whole(130*minute, floor)
			s.hear(hour, those(four, done)...)
			s.whole(190*minute, floor)
		},
		"a reload that wants no alerts ends it": func(s *story) {
			done := s.centre(3*minute, 160, four...)
			s.hear(hour, those(four, done)...)
			none := *s.settings
			none.StallAlert = false
			s.settings = &none
			s.tracker.Configure(s.lookup)
			s.report = s.tracker.Report()
			s.whole(-1, 0)
		},
		"a campaign that leaves neither begins nor ends it": func(s *story) {
			done := s.centre(3*minute, 160, four...)
			s.hear(floor, those(four, done)...)
			s.hear(minute, those(four[1:], done)...)
			s.whole(floor+minute, floor)
			s.hear(minute, those(four[3:], done)...)
			s.whole(-1, 0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			tell(s)
		})
	}
}

// TestPools: the first campaigns of a pool progress, and the last one does not.
func TestPools(t *testing.T) {
	const hour = time.Hour
	type orders map[string]int // by ID; absent: in no pool
	for name, tt := range map[string]struct {
		orders orders
		tell   func(s *story)
		excuse string // the campaign that excuses 9
	}{
		"a lower order comes first":           {orders{"1": 1, "9": 2}, nil, "1"},
		"the lowest is named":                 {orders{"1": 2, "2": 1, "9": 3}, nil, "2"},
		"equal orders do not excuse":          {orders{"1": 2, "2": 2, "9": 2}, nil, ""},
		"nor do higher ones":                  {orders{"1": 3, "2": 4, "9": 2}, nil, ""},
		"any where orders are not given":      {orders{"1": 0, "2": 0, "9": 0}, nil, "1"},
		"any where its own is not given":      {orders{"1": 8, "2": 7, "9": 0}, nil, "2"},
		"any where the other's is not given":  {orders{"1": 0, "2": 3, "9": 1}, nil, "1"},
		"others are in no pool":               {orders{"9": 1}, nil, ""},
		"it is in no pool":                    {orders{"1": 1, "2": 1}, nil, ""},
		"one of them is in no pool":           {orders{"2": 1, "9": 2}, nil, "2"},
		"the pool survives a restart":         {orders{"1": 1, "9": 2}, (*story).restart, "1"},
		"a campaign that has left excused it": {orders{"1": 1, "9": 2}, func(s *story) { s.hear(time.Minute, named("9", 500)) }, "1"},
		"a reload that takes it out": {orders{"1": 1, "9": 2}, func(s *story) {
			delete(s.own, "9")
			s.tracker.Configure(s.lookup)
			s.report = s.tracker.Report()
		}, ""},
		"a reload that changes orders changes what follows": {orders{"1": 1, "9": 2}, func(s *story) {
			s.own["9"].Order = 1
			s.tracker.Configure(s.lookup)
			s.report = s.tracker.Report()
		}, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.own = map[string]*progress.Settings{}
			for id, order := range tt.orders {
				own := *s.settings
				own.Pool, own.Order = "one", order
				s.own[id] = &own
			}
			other := *s.settings
			other.Pool = "other"
			s.own["3"] = &other
			s.hear(0, named("1", 100), named("2", 100), named("3", 100), named("9", 500))
			for n := range 100 { // of five minutes
				s.hear(5*time.Minute, named("1", 101+n), named("2", 101+n), named("3", 101+n), named("9", 500))
			}
			if tt.tell != nil {
				tt.tell(s)
			}
			threshold := 4 * hour
			if tt.excuse != "" {
				threshold += 500 * time.Minute
			}
			got := s.of("9")
			if got.WaitsFor != tt.excuse || got.Threshold != threshold.Seconds() || (got.State == progress.Stalled) != (tt.excuse == "") {
				t.Errorf("%+v, want a threshold of %v s and to wait for %q", got, threshold.Seconds(), tt.excuse)
			}
			want := 0.0
			if tt.excuse != "" && tt.orders["9"] == 0 {
				want = 3 * 4 * 3600
			}
			if got.WaitingThreshold != want {
				t.Errorf("waiting threshold %v, want %v", got.WaitingThreshold, want)
			}
		})
	}
}

// TestExcuse: the stall clock starts again with each progress of a campaign that comes
// before, and idle time does not.
func TestExcuse(t *testing.T) {
	const hour, minute = time.Hour, time.Minute
	s := newStory(t)
	s.settings.Pool, s.settings.Calendar = "one", always(t)
	expect := func(idle, threshold time.Duration, state progress.State, waits string) {
		t.Helper()
		if got := s.of("9"); got.Idle != idle.Seconds() || got.Threshold != threshold.Seconds() || got.State != state || got.WaitsFor != waits {
			t.Errorf("%+v, want idle %v s of %v, %s, waiting for %q", got, idle.Seconds(), threshold.Seconds(), state, waits)
		}
	}
	s.hear(0, named("1", 970), named("9", 500))
	s.hear(3*hour, named("1", 980), named("9", 500)) // in its tail
	expect(3*hour, 7*hour, progress.Active, "")
	s.hear(hour-minute, named("1", 980), named("9", 500))
	expect(4*hour-minute, 7*hour, progress.Active, "")
	s.hear(minute, named("1", 980), named("9", 500))
	expect(4*hour, 7*hour, progress.Active, "1")
	s.hear(3*hour-minute, named("1", 980), named("9", 500))
	expect(7*hour-minute, 7*hour, progress.Active, "1")
	s.hear(minute, named("1", 980), named("9", 500))
	expect(7*hour, 7*hour, progress.Stalled, "")
	s.hear(hour, named("1", 1000), named("9", 500))                // finished
	expect(8*hour, 8*hour+62333*time.Second, progress.Active, "1") // the threshold of 1, which is slow
	s.hear(hour, named("1", 1000), named("9", 501))
	expect(0, 4*hour, progress.Active, "")
	s.hear(hour, named("1", 100), named("9", 501)) // started over: that is no progress
	expect(hour, 4*hour, progress.Active, "")
	s.hear(hour, named("1", 101), named("9", 502)) // both
	expect(0, 87869*time.Second, progress.Active, "")
}

// TestExcusedBySlow: silence of a slow campaign explains that those behind it are idle.
func TestExcusedBySlow(t *testing.T) {
	s := newStory(t)
	slow, quick := *s.settings, *s.settings
	slow.Pool, slow.Order, slow.StalledAfter = "one", 1, 6*time.Hour
	quick.Pool, quick.Order = "one", 2
	s.own = map[string]*progress.Settings{"1": &slow, "9": &quick}
	s.settings.Calendar = always(t)
	s.hear(0, named("1", 100), named("9", 500))
	if got := s.of("1"); got.Threshold != 12*3600 {
		t.Errorf("%+v", got)
	}
	s.hear(time.Hour, named("1", 101), named("9", 500))
	if got := s.of("9"); got.Threshold != (1+12)*3600 || got.WaitsFor != "" {
		t.Errorf("%+v", got)
	}
	s.restart()
	s.hear(5*time.Hour, named("1", 101), named("9", 500))
	if got := s.of("9"); got.Threshold != (1+12)*3600 || got.WaitsFor != "1" {
		t.Errorf("%+v", got)
	}
}

// TestExcuseAndCalendar: an excuse is an instant, of which another calendar knows how
// much business time had passed.
func TestExcuseAndCalendar(t *testing.T) {
	s := newStory(t)
	s.settings.Pool = "one"
	s.hear(10*time.Hour, named("1", 100), named("9", 500)) // 18:00
	s.hear(16*time.Hour, named("1", 101), named("9", 500)) // 10:00
	if got := s.of("9"); got.Idle != 4*3600 || got.Threshold != 8*3600 {
		t.Errorf("%+v", got)
	}
	day := *s.settings
	day.Calendar = always(t)
	s.settings = &day
	s.tracker.Configure(s.lookup)
	s.report = s.tracker.Report()
	if got := s.of("9"); got.Idle != 16*3600 || got.Threshold != 20*3600 {
		t.Errorf("%+v", got)
	}
}

// TestRange: the finish lies between the paces of the last hours and of the last days.
func TestRange(t *testing.T) {
	s := newStory(t)
	s.settings.Calendar = always(t)
	s.settings.Deadline = s.at.Add(100 * time.Hour)
	done := s.work(10_000, 100, 40, 30)
	even := s.the()
	hours := func(finish int64) string { return fmt.Sprintf("%.1f", time.Unix(finish, 0).Sub(s.at).Hours()) }
	if got := []string{hours(even.EarliestFinish), hours(even.ExpectedFinish), hours(even.LatestFinish)}; fmt.Sprint(got) != "[163.0 217.3 361.9]" {
		t.Errorf("at an even pace: %v", got)
	}
	if got, want := even.RequiredPace, (10_000-10_000*even.CompletionPercent/100)/70; got != want {
		t.Errorf("required pace %v, want %v", got, want)
	}
	done = s.work(10_000, done, 20, 12)
	slower := s.the()
	if got := []string{hours(slower.EarliestFinish), hours(slower.ExpectedFinish), hours(slower.LatestFinish)}; fmt.Sprint(got) != "[200.3 339.9 557.8]" {
		t.Errorf("at half of it: %v", got)
	}
	s.hear(3*time.Hour, campaign(10_000, float64(int(done))))
	s.state(progress.Stalled)
	if c := s.the(); c.EarliestFinish != 0 || c.ExpectedFinish != 0 || c.LatestFinish != 0 || c.Pace == 0 || c.RequiredPace == 0 {
		t.Errorf("stalled: %+v", c)
	}
	s.hear(55*time.Hour, campaign(10_000, float64(int(done))))
	if c := s.the(); c.RequiredPace != 0 || c.Deadline != s.at.Unix() {
		t.Errorf("at the deadline: %+v", c)
	}
	s.hear(time.Minute, campaign(10_000, 10_000))
	if c := s.the(); c.State != progress.Finished || c.Pace == 0 || c.EarliestFinish != 0 || c.ExpectedFinish != 0 || c.LatestFinish != 0 {
		t.Errorf("finished: %+v", c)
	}
}

package progress_test

import (
	"testing"
	"time"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// looks is a story of the campaigns 1 and 2, a record every minute each, that are
// looked at.
func looks(t *testing.T) (*story, map[string]int) {
	t.Helper()
	s := newStory(t)
	s.settings.Diagnose = true
	return s, s.centre(time.Minute, 121, "1", "2")
}

// quiet lets campaign 1 be idle for so long, and 2 progress every so many minutes if
// that is not 0, with a look at 1 whenever one is due. It returns the looks.
func (s *story) quiet(done map[string]int, lasts time.Duration, mate int, look progress.Look) (looks int) {
	s.t.Helper()
	for minute := range int(lasts.Minutes()) {
		if mate > 0 && minute%mate == mate-1 {
			done["2"]++
		}
		s.hear(time.Minute, those([]string{"1", "2"}, done)...)
		for {
			id, ok := s.tracker.Due(s.at)
			if !ok {
				break
			}
			if id == "1" {
				looks++
			}
			s.tracker.Look(s.at, id, look)
		}
		s.report = s.tracker.Report()
	}
	return looks
}

func nobody() progress.Look {
	return progress.Look{OK: true, Agents: []thulium.Agent{1, 2}, Assigned: 2}
}

func free() progress.Look {
	l := nobody()
	l.LoggedIn = 2
	return l
}

func calling() progress.Look {
	l := free()
	l.Calling, l.OnCall = 1, 1
	return l
}

// stalls fails unless campaign 1 counts as stalled exactly if wanted, for a cause.
func (s *story) stalls(want bool, cause progress.Cause) {
	s.t.Helper()
	c := s.of("1")
	if got := c.Idle >= c.Threshold; got != want || c.Cause != cause {
		s.t.Errorf("%s: idle for %v of %v, cause %q; want stalled %t, cause %q", s.at.Format(time.TimeOnly), c.Idle, c.Threshold, c.Cause, want, cause)
	}
}

func TestCause(t *testing.T) {
	all := func(in, paused, calling, unknown int) progress.Look {
		return progress.Look{OK: true, Assigned: 12, LoggedIn: in, Paused: paused, Calling: calling, Unknown: unknown}
	}
	for _, tt := range []struct {
		look progress.Look
		want progress.Cause
	}{
		{progress.Look{}, progress.Unknown},
		{progress.Look{OK: true}, progress.NoAgents},
		{all(0, 0, 0, 0), progress.NoAgents},
		{all(0, 0, 0, 1), progress.Unknown},
		{all(3, 3, 0, 0), progress.AllPaused},
		{all(3, 3, 0, 1), progress.Unknown},
		{all(3, 2, 0, 1), progress.NotCalling},
		{all(3, 2, 1, 1), progress.Elsewhere},
	} {
		if got := tt.look.Cause(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.look, got, tt.want)
		}
	}
}

// TestLooks: what each cause does to the threshold.
func TestLooks(t *testing.T) {
	const minute = time.Minute
	for name, tell := range map[string]func(*story, map[string]int){
		"idle is the own threshold": func(s *story, done map[string]int) {
			s.quiet(done, 119*minute, 0, free())
			s.stalls(false, progress.NotCalling)
			s.quiet(done, minute, 0, free())
			s.stalls(true, progress.NotCalling)
		},
		"unknown is as without looks": func(s *story, done map[string]int) {
			s.quiet(done, 119*minute, 0, progress.Look{})
			s.stalls(false, progress.Unknown)
			s.quiet(done, minute, 0, progress.Look{})
			s.stalls(true, progress.Unknown)
		},
		"an absence counts from a quarter of an hour before its first look": func(s *story, done map[string]int) {
			s.quiet(done, 144*minute, 0, nobody())
			s.stalls(false, progress.NoAgents) // the first look was after 40 minutes
			s.quiet(done, minute, 0, nobody())
			s.stalls(true, progress.NoAgents)
		},
		"but not from before a look that shows agents": func(s *story, done map[string]int) {
			s.quiet(done, 81*minute, 0, free()) // the latest look was after 80 minutes
			s.quiet(done, 118*minute, 0, nobody())
			s.stalls(false, progress.NoAgents)
			s.quiet(done, minute, 0, nobody())
			s.stalls(true, progress.NoAgents)
		},
		"a look that fails does not end an absence": func(s *story, done map[string]int) {
			s.quiet(done, 80*minute, 0, nobody())
			s.quiet(done, 30*minute, 0, progress.Look{})
			s.stalls(false, progress.Unknown)
			s.quiet(done, 34*minute, 0, nobody())
			s.stalls(false, progress.NoAgents)
			s.quiet(done, minute, 0, nobody())
			s.stalls(true, progress.NoAgents)
		},
		"agents who do not call for so long are no matter of pace": func(s *story, _ map[string]int) {
			done := s.centre(15*minute, 21, "1", "2")
			if own := s.of("1").Threshold; own < 150*60 {
				s.t.Fatalf("the own threshold is only %v", own)
			}
			s.quiet(done, 144*minute, 0, free())
			s.stalls(false, progress.NotCalling)
			s.quiet(done, minute, 0, free())
			s.stalls(true, progress.NotCalling)
		},
		"agents may wait for the last records": func(s *story, _ map[string]int) {
			done := s.centre(minute, 241, "1", "2")
			done["1"] = 650
			s.hear(minute, those([]string{"1", "2"}, done)...)
			s.quiet(done, (16+12)*60*minute-minute, 0, free()) // overnight
			s.stalls(false, progress.NotCalling)
			s.quiet(done, minute, 0, free())
			s.stalls(true, progress.NotCalling)
		},
		"an absence that ends is an excuse": func(s *story, done map[string]int) {
			s.quiet(done, 100*minute, 0, nobody())
			s.quiet(done, 16*minute, 0, free())
			s.stalls(false, progress.NotCalling)
			s.quiet(done, 103*minute, 0, free())
			s.stalls(false, progress.NotCalling)
			s.quiet(done, minute, 0, free())
			s.stalls(true, progress.NotCalling)
		},
		"half an hour of absence is an excuse": func(s *story, done map[string]int) {
			s.quiet(done, 81*minute, 0, free()) // the latest look was after 80 minutes
			s.quiet(done, 25*minute, 0, nobody())
			s.quiet(done, 118*minute, 0, free()) // the first look was after 110
			s.stalls(false, progress.NotCalling)
			s.quiet(done, minute, 0, free())
			s.stalls(true, progress.NotCalling)
		},
		"a short absence that ends is none": func(s *story, done map[string]int) {
			s.quiet(done, 60*minute, 0, free())
			s.quiet(done, 10*minute, 0, nobody()) // a single look
			s.quiet(done, 49*minute, 0, free())
			s.stalls(false, progress.NotCalling)
			s.quiet(done, minute, 0, free())
			s.stalls(true, progress.NotCalling)
		},
		"an outbound call excuses": func(s *story, done map[string]int) {
			s.quiet(done, 300*minute, 0, calling())
			s.stalls(false, progress.Elsewhere)
			s.quiet(done, 100*minute, 0, free())
			s.stalls(false, progress.NotCalling)
			s.quiet(done, 20*minute, 0, free())
			s.stalls(true, progress.NotCalling)
		},
		"a mate excuses, and nobody is absent meanwhile": func(s *story, done map[string]int) {
			s.quiet(done, 45*minute, 0, nobody())
			if n := s.quiet(done, 300*minute, 10, nobody()); n > 2 {
				s.t.Errorf("%d looks while a mate progresses", n)
			}
			s.stalls(false, progress.Elsewhere)
			if c := s.of("1"); c.WaitsFor != "2" {
				s.t.Errorf("waits for %q", c.WaitsFor)
			}
			s.quiet(done, 119*minute, 0, nobody()) // the mate progressed in the minute before
			s.stalls(false, progress.NoAgents)
			s.quiet(done, minute, 0, nobody())
			s.stalls(true, progress.NoAgents)
		},
		"a begun alarm stays": func(s *story, done map[string]int) {
			s.quiet(done, 121*minute, 0, free())
			if n := s.quiet(done, 115*minute, 10, calling()); n > 1 {
				s.t.Errorf("%d looks in two hours of a stall whose mate progresses", n)
			}
			s.stalls(true, progress.Elsewhere)
			s.tracker.Configure(s.lookup)
			s.restart()
			s.stalls(true, progress.Elsewhere) // the progress of a mate is remembered
			done["1"]++
			s.hear(minute, those([]string{"1", "2"}, done)...)
			s.stalls(false, "")
		},
		"a restart tells nothing early and excuses nothing": func(s *story, done map[string]int) {
			s.quiet(done, 100*minute, 0, nobody())
			s.restart()
			for range 19 {
				s.hear(minute, those([]string{"1", "2"}, done)...)
			}
			s.stalls(false, "")
			s.hear(minute, those([]string{"1", "2"}, done)...)
			s.stalls(true, "")
		},
		"a restart at night begins nothing": func(s *story, done map[string]int) {
			s.hear(448*minute, those([]string{"1", "2"}, done)...)
			done["1"], done["2"] = done["1"]+1, done["2"]+1
			s.hear(minute, those([]string{"1", "2"}, done)...) // half past five
			s.quiet(done, 81*minute, 0, free())
			s.quiet(done, 69*minute, 0, nobody()) // until eight
			s.stalls(false, progress.NoAgents)
			s.restart()
			s.stalls(false, "")
			s.hear(10*minute, those([]string{"1", "2"}, done)...)
			s.stalls(false, "")
			s.hear(12*60*minute, those([]string{"1", "2"}, done)...)
			s.stalls(true, "")
		},
		"old looks say nothing": func(s *story, done map[string]int) {
			s.quiet(done, 100*minute, 0, nobody())
			for range 20 {
				s.hear(minute, those([]string{"1", "2"}, done)...)
			}
			s.stalls(false, progress.NoAgents)
			s.hear(minute, those([]string{"1", "2"}, done)...)
			s.stalls(true, progress.NoAgents) // the look that is due now may say something else
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, done := looks(t)
			tell(s, done)
		})
	}
}

// TestLooksAreDue: from a third of the configured time on, every quarter of an hour,
// every five minutes from two thirds on, hourly once the campaign is stalled, and in
// business hours only.
func TestLooksAreDue(t *testing.T) {
	s, done := looks(t)
	for _, step := range []struct {
		lasts time.Duration
		want  int
	}{
		{39 * time.Minute, 0}, {40 * time.Minute, 3}, {40 * time.Minute, 8}, {time.Minute, 1}, {60 * time.Minute, 1}, {3 * time.Hour, 3}, {14 * time.Hour, 3},
	} {
		if got := s.quiet(done, step.lasts, 0, free()); got != step.want {
			t.Errorf("%s: %d looks in %s, want %d", s.at.Format(time.TimeOnly), got, step.lasts, step.want)
		}
	}
	s.tracker.Look(s.at, "9", free())
	if id, ok := s.tracker.Due(s.at.Add(16 * time.Minute)); ok {
		t.Errorf("%s is due, although nothing was heard for a while", id)
	}
}

// TestNoLooks without the option.
func TestNoLooks(t *testing.T) {
	s, done := looks(t)
	s.settings.Diagnose = false
	if n := s.quiet(done, 5*time.Hour, 0, nobody()); n > 0 {
		t.Errorf("%d looks", n)
	}
	s.stalls(true, "")
}

// TestLooksFirst: the campaign that counts as stalled soonest is looked at first, and those
// that do already last.
func TestLooksFirst(t *testing.T) {
	s, done := looks(t)
	done["2"]++
	s.hear(time.Minute, those([]string{"1", "2"}, done)...) // 1 has progressed a minute before
	first := func(want string) {
		t.Helper()
		if id, ok := s.tracker.Due(s.at); id != want || ok != (want != "") {
			t.Errorf("%s: %q is looked at, want %q", s.at.Format(time.TimeOnly), id, want)
		}
		s.tracker.Look(s.at, want, free())
	}
	s.hear(45*time.Minute, those([]string{"1", "2"}, done)...)
	first("1")
	first("2")
	first("")
	s.hear(74*time.Minute, those([]string{"1", "2"}, done)...) // 1 is stalled, and 2 in a minute
	first("2")
	first("1")
	first("")
	s.hear(time.Minute, those([]string{"1", "2"}, done)...)
	first("2") // that of its alarm
	first("")
}

// TestLooksNeedResponses: nothing is looked at when the latest one is older than a quarter of
// an hour.
func TestLooksNeedResponses(t *testing.T) {
	s, done := looks(t)
	s.hear(time.Hour, those([]string{"1", "2"}, done)...)
	if _, ok := s.tracker.Due(s.at.Add(15 * time.Minute)); !ok {
		t.Error("nothing is due after a quarter of an hour")
	}
	if id, ok := s.tracker.Due(s.at.Add(15*time.Minute + time.Second)); ok {
		t.Errorf("%s is due later", id)
	}
}

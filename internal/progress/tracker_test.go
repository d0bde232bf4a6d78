package progress_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

func TestIdle(t *testing.T) {
	const hour = time.Hour
	for name, tell := range map[string]func(*story){
		"grows without progress": func(s *story) {
			s.hear(0, campaign(1000, 10))
			s.hear(hour, campaign(1000, 10))
			s.idle(hour)
		},
		"progress ends it": func(s *story) {
			s.hear(0, campaign(1000, 10))
			s.hear(hour, campaign(1000, 11))
			s.idle(0)
		},
		"one step of the last digit is progress": func(s *story) {
			s.hear(0, thulium.Campaign{ID: "1", Records: 120_000, CompletionPercent: 14.87})
			s.hear(hour, thulium.Campaign{ID: "1", Records: 120_000, CompletionPercent: 14.88})
			s.idle(0)
		},
		"added records are no progress, however they are rounded": func(s *story) {
			s.hear(0, campaign(1000, 333))
			for n := range 50 {
				s.hear(time.Minute, campaign(1001+float64(7*n), 333))
			}
			s.idle(50 * time.Minute)
		},
		"slow progress is seen although no step is more than rounding": func(s *story) {
			s.hear(0, thulium.Campaign{ID: "1", Records: 100_000, CompletionPercent: 10})
			s.hear(hour, thulium.Campaign{ID: "1", Records: 100_009, CompletionPercent: 10})
			s.idle(hour)
			s.hear(hour, thulium.Campaign{ID: "1", Records: 100_009, CompletionPercent: 10.01})
			s.idle(0)
		},
		"a fall after half an hour of rest keeps the clock": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(30*time.Minute, campaign(1000, 500))
			s.hear(time.Minute, campaign(900, 400))
			s.idle(31 * time.Minute)
			s.hear(time.Minute, campaign(900, 401)) // less than before the fall, but progress
			s.idle(0)
		},
		"a fall may hide a call": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(20*time.Minute, campaign(900, 400))
			s.idle(0)
		},
		"a fall after a short while hides hardly one": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(10*time.Minute, campaign(900, 400))
			s.idle(10 * time.Minute)
			s.hear(20*time.Minute, campaign(900, 400)) // an outage, without another fall
			s.idle(30 * time.Minute)
			s.hear(time.Minute, campaign(900, 401))
			s.idle(0)
		},
		"a fall within an outage": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(40*time.Minute, campaign(1000, 500))
			s.hear(10*time.Minute+time.Second, campaign(900, 400))
			s.idle(0)
		},
		"continued archiving does not end it": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(hour, campaign(1000, 500))
			for n := range 60 {
				s.hear(time.Minute, campaign(1000-float64(n), 500-float64(n)))
			}
			s.idle(2 * hour)
		},
		"a list that is started over is a new campaign": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(2*hour, campaign(1000, 0))
			s.idle(0)
			s.state(progress.Waiting)
		},
		"an ID that is used again is a new campaign": func(s *story) {
			s.hear(0, campaign(1000, 499))
			s.hear(hour, campaign(1000, 500))
			s.hear(2*hour, campaign(1200, 49))
			s.idle(0)
			if at := s.the().LastProgress; at != 0 {
				s.t.Errorf("last progress at %d is that of another campaign", at)
			}
		},
		"a tenth of the completed records is the same campaign": func(s *story) {
			s.hear(0, campaign(1000, 499))
			s.hear(hour, campaign(1000, 500))
			s.hear(hour, campaign(1000, 500))
			s.hear(time.Minute, campaign(1250, 50))
			s.idle(hour + time.Minute)
			s.hear(time.Minute, campaign(1250, 4)) // less, but of the same size
			s.idle(hour + 2*time.Minute)
		},
		"a short absence changes nothing": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(hour)
			s.hear(9*time.Minute, campaign(1000, 500))
			s.idle(hour + 9*time.Minute)
		},
		"a pause starts the clock again": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(hour)
			s.hear(10*time.Minute, campaign(1000, 500))
			s.idle(0)
		},
		"an absence at night is short": func(s *story) {
			s.hear(11*hour+55*time.Minute, campaign(1000, 500))
			s.hear(time.Minute)
			s.hear(12*hour+5*time.Minute, campaign(1000, 500))
			s.idle(6 * time.Minute)
		},
		"no clock at 100 %": func(s *story) {
			s.hear(0, campaign(1000, 999))
			s.hear(hour, campaign(1000, 1000))
			s.hear(hour, campaign(1000, 1000))
			s.state(progress.Finished)
			s.idle(-time.Second)               // none
			s.hear(hour, campaign(2000, 1000)) // records are added
			s.hear(hour, campaign(2000, 1000))
			s.idle(hour)
		},
		"no clock without records": func(s *story) {
			s.hear(0, campaign(0, 0))
			s.hear(hour, campaign(0, 0))
			s.state(progress.Empty)
			s.hear(hour, campaign(1000, 0))
			s.idle(0)
		},
		"only business time counts": func(s *story) {
			s.hear(11*hour, campaign(1000, 500))
			s.hear(59*time.Minute, campaign(1000, 500))
			s.hear(11*hour, campaign(1000, 500))
			s.idle(59 * time.Minute)
			s.hear(2*hour+time.Minute, campaign(1000, 500))
			s.idle(2 * hour)
		},
		"what an outage hid waits for the morning, too": func(s *story) {
			s.hear(9*hour, campaign(1000, 500))
			s.hear(hour, campaign(1000, 500))
			s.hear(3*hour, campaign(1000, 500))
			s.idle(hour)
			s.hear(12*hour, campaign(1000, 500))
			s.idle(4 * hour)
		},
		"records are added, and then one is completed": func(s *story) {
			s.hear(0, thulium.Campaign{ID: "1", Records: 100_000, CompletionPercent: 10})
			s.hear(hour, thulium.Campaign{ID: "1", Records: 150_000, CompletionPercent: 6.67})
			s.idle(hour)
			s.hear(hour, thulium.Campaign{ID: "1", Records: 150_000, CompletionPercent: 6.68})
			s.idle(0)
		},
		"an outage counts if nothing moved": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(24*hour, campaign(1000, 500))
			s.idle(12 * hour)
		},
		"after a day without a response the same numbers keep the clock": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(25*hour, campaign(1000, 500))
			s.idle(13 * hour)
			s.state(progress.Stalled)
		},
		"after a day without a response a fall starts the clock again": func(s *story) {
			s.hear(0, campaign(1000, 500))
			s.hear(25*hour, campaign(1000, 499))
			s.idle(0)
			s.state(progress.Active)
		},
		"a calendar that is edited changes what was edited": func(s *story) {
			s.hear(11*hour, campaign(1000, 500))
			s.hear(13*hour, campaign(1000, 500))
			s.idle(hour)
			spec := business.Spec{Windows: []business.Window{{
				Weekdays: []string{"monday:friday"}, Times: []business.TimeRange{{Start: "07:00", End: "20:00"}},
			}}}
			s.settings = &progress.Settings{StalledAfter: 2 * hour, StalledUntil: 98, Calendar: calendar(s.t, spec)}
			s.hear(hour, campaign(1000, 500))
			s.idle(3 * hour)
		},
		"a calendar that is edited at night waits for the morning": func(s *story) {
			s.hear(10*hour, campaign(1000, 500))
			s.hear(hour, campaign(1000, 500))
			s.hear(2*hour, campaign(1000, 500))
			spec := business.Spec{Windows: []business.Window{{
				Weekdays: []string{"monday:friday"}, Times: []business.TimeRange{{Start: "08:00", End: "21:00"}},
			}}}
			s.settings = &progress.Settings{StalledAfter: 2 * hour, StalledUntil: 98, Calendar: calendar(s.t, spec)}
			s.hear(hour, campaign(1000, 500))
			s.idle(hour)
			s.hear(hour, campaign(1000, 500))
			s.idle(hour)
			s.hear(10*hour, campaign(1000, 500))
			s.idle(4 * hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			tell(s)
		})
	}
}

func TestStalled(t *testing.T) {
	const hour = time.Hour
	for name, tell := range map[string]func(*story){
		"waiting until it has started": func(s *story) {
			s.hear(0, campaign(1000, 0))
			s.hear(11*hour, campaign(1000, 0))
			s.state(progress.Waiting)
			if c := s.the(); c.Threshold != 0 || c.Idle != 11*3600 {
				s.t.Errorf("%+v", c)
			}
		},
		"at the configured time once the pace is known": func(s *story) {
			done := s.work(10_000, 0, 30, 6)
			s.hear(2*hour-2*time.Minute, campaign(10_000, done))
			s.state(progress.Active)
			s.hear(2*time.Minute, campaign(10_000, done))
			s.state(progress.Stalled)
		},
		"later before the pace is known": func(s *story) {
			s.hear(0, campaign(10_000, 100))
			s.hear(4*hour-time.Second, campaign(10_000, 100))
			s.state(progress.Active)
			s.hear(time.Second, campaign(10_000, 100))
			s.state(progress.Stalled)
		},
		"later if the campaign is slow": func(s *story) {
			done := s.work(10_000, 0, 2, 11)
			s.hear(18*hour, campaign(10_000, done))
			s.state(progress.Active)
		},
		"never in the tail": func(s *story) {
			s.hear(0, campaign(1000, 980))
			s.hear(11*hour, campaign(1000, 980))
			s.state(progress.Tail)
		},
		"never if no alert is wanted": func(s *story) {
			s.settings.StallAlert = false
			s.hear(0, campaign(1000, 500))
			s.hear(11*hour, campaign(1000, 500))
			s.state(progress.Active)
		},
		"a stall does not slow the pace": func(s *story) {
			done := s.work(10_000, 0, 30, 6)
			before := s.the()
			s.hear(4*24*hour, campaign(10_000, done))
			s.hear(time.Minute, campaign(10_000, done+1))
			after := s.the()
			if after.Threshold != before.Threshold || after.Pace < 0.65*before.Pace {
				s.t.Errorf("before %+v, after %+v", before, after)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			tell(s)
		})
	}
}

func TestDeparted(t *testing.T) {
	departed := func(s *story) (found []progress.Departed) {
		for d := range s.report.Departed() {
			found = append(found, d)
		}
		return found
	}
	const hour = time.Hour
	for name, test := range map[string]struct {
		done float64
		away time.Duration
		want float64 // negative: none
	}{
		"unfinished":                  {500, 2 * hour, 2 * 3600},
		"finished":                    {1000, 2 * hour, -1},
		"as good as finished":         {995, 2 * hour, -1},
		"nearly as good":              {994.9, 2 * hour, 2 * 3600},
		"for four business hours":     {500, 4 * hour, -1},
		"at night no time passes":     {500, 24 * hour, -1},
		"nearly four, over the night": {500, 15*hour + 59*time.Minute, 4*3600 - 60},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.hear(time.Hour, campaign(1000, test.done))
			if test.away > 12*hour {
				s.at = s.at.Add(8*hour - 0) // 17:00
				s.hear(0, campaign(1000, test.done))
			}
			s.hear(time.Minute)
			s.hear(test.away)
			got := departed(s)
			switch {
			case test.want < 0 && len(got) > 0:
				t.Errorf("departed: %+v", got)
			case test.want >= 0 && (len(got) != 1 || got[0].ID != "00001" || got[0].Away != test.want):
				t.Errorf("departed: %+v, want one for %v s", got, test.want)
			}
		})
	}
}

// TestReturn: a campaign is known for two weeks after it left.
func TestReturn(t *testing.T) {
	const limit = 14 * 24 * time.Hour
	known := func(s *story) bool {
		s.hear(time.Minute, campaign(1000, 500))
		return s.the().LastProgress != 0
	}
	for name, tt := range map[string]struct {
		away   time.Duration
		others int
		want   bool
	}{
		"two weeks":          {limit, 0, true},
		"more":               {limit + time.Second, 0, false},
		"with 19,999 others": {0, 19_999, true},
		"with 20,000 others": {0, 20_000, false},
	} {
		s, others := newStory(t), list(tt.others, 1)
		for i := range others {
			others[i].ID = "1" + others[i].ID
		}
		s.hear(0, campaign(1000, 499))
		s.hear(time.Minute, append(slices.Clone(others), campaign(1000, 500))...)
		s.hear(time.Minute, others...)
		s.hear(time.Second)
		s.hear(max(0, tt.away-time.Second))
		if got := known(s); got != tt.want {
			t.Errorf("%s: known: %t", name, got)
		}
	}
}

func TestExpired(t *testing.T) {
	r := &progress.Report{At: monday()}
	if r.Expired(monday().Add(24*time.Hour)) || !r.Expired(monday().Add(24*time.Hour+1)) {
		t.Error("a report expires after a day")
	}
}

func TestValidate(t *testing.T) {
	const valid = `{"at":"2026-05-11T06:00:00Z","campaigns":[{"id":"1","percent":100}],"absent":[{"id":"2","left":1}]}`
	for text, want := range map[string]bool{
		valid:                                                           true,
		`{"at":"2026-05-11T06:00:00Z"}`:                                 true,
		strings.Replace(valid, `"at"`, `"x"`, 1):                        false,
		strings.Replace(valid, `"2"`, `"1"`, 1):                         false,
		strings.Replace(valid, `"2"`, `""`, 1):                          false,
		strings.Replace(valid, `100`, `100.01`, 1):                      false,
		strings.Replace(valid, `"percent":100`, `"records":-1`, 1):      false,
		strings.Replace(valid, `"percent":100`, `"pace_records":-1`, 1): false,
	} {
		var saved progress.Saved
		if err := json.Unmarshal([]byte(text), &saved); err != nil {
			t.Fatal(err)
		}
		if err := saved.Validate(); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestOutsideHours(t *testing.T) {
	s := newStory(t)
	s.hear(0, campaign(1324, 100))
	s.hear(time.Hour, campaign(1324, 200)) // in business hours
	s.hear(11*time.Hour+time.Second, campaign(1324, 201))
	if got := s.report.OutsideHours; got != 0 {
		t.Errorf("%v records outside business hours, want none: the last one may have been inside", got)
	}
	s.hear(time.Hour, campaign(1324, 202))
	s.hear(time.Hour, campaign(1324, 205))
	if got := s.report.OutsideHours; got != 4 {
		t.Errorf("%v records outside business hours, want 4", got)
	}
}

func TestExpectedFinish(t *testing.T) {
	s := newStory(t)
	s.work(600, 0, 30, 10)                                         // until 18:00, 300 records are left, 10 hours at this pace
	want := monday().Add(24*time.Hour + 8*3600*time.Second).Unix() // Tuesday, 16:00
	if got := s.the().ExpectedFinish; got < want-1800 || got > want+1800 {
		t.Errorf("finished at %s, want about %s", time.Unix(got, 0).UTC(), time.Unix(want, 0).UTC())
	}
}

func TestConfigure(t *testing.T) {
	s := newStory(t)
	if s.tracker.Report() != nil {
		t.Error("a report before the first response")
	}
	s.hear(0, campaign(1000, 500))
	s.hear(3*time.Hour, campaign(1000, 500))
	s.state(progress.Active)
	quick := *s.settings
	quick.StalledAfter = time.Hour
	s.tracker.Configure(func(string) *progress.Settings { return &quick })
	s.state(progress.Active) // an earlier report does not change
	s.report = s.tracker.Report()
	s.idle(3 * time.Hour)
	s.state(progress.Stalled)
	s.hear(time.Minute, campaign(1000, 500))
	s.state(progress.Stalled)
}

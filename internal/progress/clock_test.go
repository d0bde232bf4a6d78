package progress_test

import (
	"testing"
	"time"
	"unsafe"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
)

// shifted returns an instant whose wall clock, but not its monotonic one, differs:
// the clock was set in between, or the machine was asleep.
func shifted(t *testing.T, from time.Time, by time.Duration) time.Time {
	t.Helper()
	to := from.Add(by)
	// Package time has no way to set the two apart. The reading is its second field.
	*(*int64)(unsafe.Add(unsafe.Pointer(&to), 8)) -= int64(by)
	if to.Sub(from) != 0 || to.Round(0).Sub(from.Round(0)) != by {
		t.Fatalf("%s is not %s later on the wall clock alone", to, by)
	}
	return to
}

// always is a calendar without closing time.
func always(t testing.TB) progress.Calendar {
	t.Helper()
	return calendar(t, business.Spec{
		TimeZone: "UTC", Holidays: []string{"none"}, Windows: []business.Window{{
			Weekdays: []string{"monday:sunday"}, Times: []business.TimeRange{{Start: "00:00", End: "24:00"}},
		}},
	})
}

// TestClockSteps: a step of the wall clock starts idle times again, so that it never
// causes a stall, and what was stalled before does not stay so.
func TestClockSteps(t *testing.T) {
	const hour, minute = time.Hour, time.Minute
	for name, tt := range map[string]struct {
		step    time.Duration
		restart bool // the latest response is from before a restart
		want    time.Duration
	}{
		"back by hours":                        {-5 * hour, false, 0},
		"back by hours, after a restart":       {-5 * hour, true, 0},
		"back to before the latest progress":   {-7 * hour, false, 0},
		"back by ten minutes":                  {-10 * minute, false, 0},
		"back by ten minutes, after a restart": {-11 * minute, true, 0},
		"back by less":                         {-9 * minute, false, 6 * hour},
		"forward by hours":                     {5 * hour, false, 0},
		"forward by days":                      {62 * hour, false, 0},
		"forward by less":                      {9 * minute, false, 6*hour + 10*minute},
		"not at all":                           {0, false, 6*hour + minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.settings.Calendar = always(t)
			s.at = time.Now()
			s.hear(0, campaign(1000, 499))
			s.hear(minute, campaign(1000, 500))
			s.hear(6*hour, campaign(1000, 500))
			s.state(progress.Stalled)
			if tt.restart {
				s.tracker, s.at = again(t, s.tracker, s.lookup), s.at.Round(0)
			}
			s.at = s.at.Add(tt.step)
			if !tt.restart {
				s.at = shifted(t, s.at.Add(-tt.step), tt.step)
			}
			s.hear(minute, campaign(1000, 500))
			s.idle(tt.want)
			if got := s.the().LastProgress; got > s.at.Unix() {
				t.Errorf("last progress %d s in the future", got-s.at.Unix())
			}
			s.hear(hour, campaign(1000, 500))
			s.idle(tt.want + hour)
			s.hear(minute, campaign(1000, 501))
			s.idle(0)
			s.state(progress.Active)
			s.hear(hour, campaign(1000, 0)) // started over
			s.state(progress.Waiting)
			s.idle(0)
		})
	}
}

// TestStepOutOfBusinessHours: records that were completed in business hours before
// the clock was set back are not counted as completed outside.
func TestStepOutOfBusinessHours(t *testing.T) {
	s := newStory(t)
	s.hear(2*time.Hour, campaign(1000, 500))
	s.hear(-5*time.Hour, campaign(1000, 510))
	if got := s.report.OutsideHours; got != 0 {
		t.Errorf("%v records outside business hours", got)
	}
}

// TestSuspend: after a weekend in suspend nothing of Friday is published.
func TestSuspend(t *testing.T) {
	s := newStory(t)
	s.at = time.Now()
	s.hear(0, campaign(1000, 500))
	if !s.report.Expired(shifted(t, s.at, 62*time.Hour)) {
		t.Error("the report of Friday is published on Monday")
	}
}

func TestElapsed(t *testing.T) {
	start := time.Now()
	wall := start.Round(0)
	for name, tt := range map[string]struct {
		now  time.Time
		want time.Duration
	}{
		"no time":                     {start, 0},
		"a minute":                    {start.Add(time.Minute), time.Minute},
		"suspended for an hour":       {shifted(t, start, time.Hour), time.Hour},
		"wall clock set back an hour": {shifted(t, start.Add(time.Minute), -time.Hour), time.Minute},
		"without monotonic readings":  {wall.Add(-time.Hour), -time.Hour},
	} {
		if got := progress.Elapsed(start, tt.now); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

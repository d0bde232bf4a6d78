package progress_test

import (
	"slices"
	"testing"
	"time"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
)

// days returns what a story's campaign completed on both days.
func (s *story) days() (today, before progress.Day) {
	days := s.report.Days(0)
	return days.Today, days.Before
}

// TestHalfHours: completed records by half hour of business time, of today and of
// the day with business hours before.
func TestHalfHours(t *testing.T) {
	s := newStory(t)
	s.hear(45*time.Minute, campaign(1000, 100)) // Monday, 8:45
	s.hear(30*time.Minute, campaign(1000, 110)) // 9:15
	s.hear(time.Minute, campaign(1000, 113))
	s.hear(30*time.Minute, campaign(1000, 113))
	s.hear(10*time.Hour+13*time.Minute, campaign(1000, 120)) // 19:59
	s.hear(time.Hour, campaign(1000, 122))                   // after closing time
	today, before := s.days()
	want := make([]float32, 24)
	want[2], want[23] = 13, 9
	if !slices.Equal(today.Records, want) || today.Unknown != 1 || today.Start != s.at.Truncate(24*time.Hour).Add(-2*time.Hour).Unix() || before.Start != 0 {
		t.Errorf("got %v and %v", today, before)
	}
	monday := today

	s.hear(11*time.Hour+2*time.Minute, campaign(1000, 122)) // Tuesday, 8:01
	s.hear(time.Minute, campaign(1000, 125))
	if today, before = s.days(); !slices.Equal(today.Records, []float32{3}) || today.Unknown != 0 || !slices.Equal(before.Records, monday.Records) {
		t.Errorf("got %v and %v", today, before)
	}

	s.tracker = again(t, s.tracker, s.lookup)
	if saved := s.tracker.Report().Days(0); !slices.Equal(saved.Today.Records, today.Records) || !slices.Equal(saved.Before.Records, before.Records) {
		t.Errorf("restored: %v", saved)
	}

	s.hear(49*time.Hour, campaign(1000, 130)) // Thursday, 9:02: Wednesday is unknown
	if today, before = s.days(); !slices.Equal(today.Records, []float32{0, 0, 5}) || today.Unknown != 2 || before.Start != 0 {
		t.Errorf("after a day without a response: %v and %v", today, before)
	}
	s.hear(24*time.Hour, campaign(1000, 130)) // Friday
	s.hear(48*time.Hour, campaign(1000, 140)) // Sunday
	if today, before = s.days(); len(today.Records) != 0 || len(before.Records) != 3 {
		t.Errorf("on Sunday: %v and %v", today, before)
	}
	s.hear(24*time.Hour, campaign(1000, 150)) // Monday follows Friday
	if today, before = s.days(); today.Unknown != 0 || !slices.Equal(today.Records, []float32{0, 0, 10}) || before.Start == 0 {
		t.Errorf("on Monday: %v and %v", today, before)
	}
}

// TestHalfHoursOfLongDays: there are at most 48, as on the day that has 25 hours.
func TestHalfHoursOfLongDays(t *testing.T) {
	s := newStory(t)
	s.settings.Calendar = calendar(t, business.Spec{Holidays: []string{"none"}, Windows: []business.Window{{
		Weekdays: []string{"monday:sunday"}, Times: []business.TimeRange{{Start: "00:00", End: "24:00"}},
	}}})
	s.at = time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC)
	for i := range 25*60 + 1 {
		s.hear(time.Minute, campaign(200_000, float64(100+100*i)))
	}
	today, before := s.days()
	if len(today.Records) != 1 || len(before.Records) != 48 || before.Records[47] != 3*3000 {
		t.Errorf("got %v and %v", today, before)
	}
	s.restart() // they are valid
}

// TestInvalidHalfHours: a state file with impossible ones is rejected.
func TestInvalidHalfHours(t *testing.T) {
	s := newStory(t)
	s.hear(time.Minute, campaign(1000, 100))
	s.hear(time.Minute, campaign(1000, 110))
	for name, spoil := range map[string]func(*progress.Day){
		"negative": func(d *progress.Day) { d.Records = []float32{-1} },
		"49":       func(d *progress.Day) { d.Records = make([]float32, 49) },
		"start":    func(d *progress.Day) { d.Start = -1 },
		"unknown":  func(d *progress.Day) { d.Unknown = -1 },
	} {
		saved := again(t, s.tracker, s.lookup).Save()
		if err := saved.Validate(); err != nil {
			t.Fatal(err)
		}
		spoil(&saved.Campaigns[0].Days.Today)
		if err := saved.Validate(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

package progress_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// monday returns an instant in business hours: Monday, 8:00 in Warsaw, with a week
// of five days of twelve hours ahead.
func monday() time.Time { return time.Date(2026, 5, 11, 6, 0, 0, 0, time.UTC) }

func calendar(t testing.TB, spec business.Spec) *business.Calendar {
	t.Helper()
	c, err := business.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func usual(t testing.TB) *progress.Settings {
	t.Helper()
	return &progress.Settings{
		StalledAfter: 2 * time.Hour, StalledUntil: 98, StallAlert: true, Calendar: calendar(t, business.Spec{}),
	}
}

// story feeds a tracker with the responses about a single campaign.
type story struct {
	t        testing.TB
	tracker  *progress.Tracker
	settings *progress.Settings
	own      map[string]*progress.Settings // of campaigns with settings of their own
	at       time.Time
	report   *progress.Report
}

func newStory(t testing.TB) *story {
	t.Helper()
	s := &story{t: t, settings: usual(t), at: monday()}
	s.tracker = progress.New(s.lookup)
	return s
}

func (s *story) lookup(id string) *progress.Settings {
	if own := s.own[id]; own != nil {
		return own
	}
	return s.settings
}

// hear is a response after a while.
func (s *story) hear(after time.Duration, campaigns ...thulium.Campaign) {
	s.at = s.at.Add(after)
	s.report = s.tracker.Update(s.at, campaigns)
}

// campaign is one of records, so many of which are done.
func campaign(records, done float64) thulium.Campaign {
	percent := 0.0
	if records > 0 {
		percent = float64(int(done/records*1e4+0.5)) / 100
	}
	return thulium.Campaign{ID: "00001", Records: records, CompletionPercent: percent}
}

// named is a campaign of 1000 records, so many of which are done.
func named(id string, done int) thulium.Campaign {
	return thulium.Campaign{ID: id, Records: 1000, CompletionPercent: float64(done) / 10}
}

// the is what the report says of the first campaign.
func (s *story) the() progress.Campaign {
	s.t.Helper()
	for c := range s.report.Campaigns() {
		return c
	}
	s.t.Fatal("no campaign is active")
	return progress.Campaign{}
}

// of is what the report says of a campaign.
func (s *story) of(id string) progress.Campaign {
	s.t.Helper()
	for c := range s.report.Campaigns() {
		if c.ID == id {
			return c
		}
	}
	s.t.Fatalf("campaign %s is not active", id)
	return progress.Campaign{}
}

// restart replaces the tracker by one that was restored from a state file.
func (s *story) restart() {
	s.t.Helper()
	s.tracker = again(s.t, s.tracker, s.lookup)
	s.report = s.tracker.Report()
}

// work lets the campaign complete records at an even pace, and returns how many
// are done then.
func (s *story) work(records, done, perHour float64, hours int) float64 {
	for range hours * 60 {
		done += perHour / 60
		s.hear(time.Minute, campaign(records, float64(int(done))))
	}
	return done
}

// again returns a tracker after a restart with a state file.
func again(t testing.TB, tracker *progress.Tracker, settings progress.Lookup) *progress.Tracker {
	t.Helper()
	text, err := json.Marshal(tracker.Save())
	if err != nil {
		t.Fatal(err)
	}
	var saved *progress.Saved
	if err := json.Unmarshal(text, &saved); err != nil {
		t.Fatal(err)
	}
	if saved != nil {
		if err := saved.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	return progress.Restore(saved, settings)
}

func (s *story) idle(want time.Duration) {
	s.t.Helper()
	if got := time.Duration(s.the().Idle * float64(time.Second)); got != want {
		s.t.Errorf("%s: idle for %s, want %s", s.at.Format(time.DateTime), got, want)
	}
}

func (s *story) state(want progress.State) {
	s.t.Helper()
	if c := s.the(); c.State != want {
		s.t.Errorf("%s: state %d, want %d: %+v", s.at.Format(time.DateTime), c.State, want, c)
	}
}

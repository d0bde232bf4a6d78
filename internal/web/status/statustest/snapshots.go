package statustest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// Campaign is a campaign, its name and how it has got on.
type Campaign struct {
	ID, Name string
	Records  float64
	Percent  float64
	Moved    time.Duration // ago
	Unseen   bool          // no change was seen since then
}

// Centre returns the campaigns of a contact centre on a usual day: most of them
// move, one does not, one is done.
func Centre() []Campaign {
	return []Campaign{
		{"00001", "Satisfaction survey", 12_480, 63.41, 40 * time.Second, false},
		{"00002", "Consent renewal, all customers", 250_112, 8.07, 40 * time.Second, false},
		{"00003", "Call-backs from the website", 861, 91.52, 3 * time.Minute, false},
		{"00004", "Overdue invoices", 6_204, 37.9, 2*time.Hour + 25*time.Minute, false},
		{"00005", "Spring renewals", 912, 100, 51 * time.Minute, false},
		{"00006", "Fibre upgrade", 3_037, 22.75, 6 * time.Minute, false},
		{"00007", "Event invitations", 0, 0, 5*time.Hour + 2*time.Minute, true},
		{"00008", "Winter tyres", 1_518, 4.28, 12 * time.Minute, true},
	}
}

// Many returns n campaigns that get on in different ways.
func Many(n int) []Campaign {
	many := make([]Campaign, n)
	for i := range many {
		c := Centre()[i%8]
		c.ID = fmt.Sprintf("%05d", i+1)
		c.Name = fmt.Sprintf("%s %d", c.Name, i/8+1)
		c.Records += float64(i)
		many[i] = c
	}
	return many
}

// Names returns the names by id.
func Names(campaigns []Campaign) map[string]string {
	names := map[string]string{}
	for _, c := range campaigns {
		names[c.ID] = c.Name
	}
	return names
}

// Up returns the snapshot of a poll that found campaigns twelve seconds ago.
func Up(campaigns []Campaign) *collector.Snapshot {
	s := &collector.Snapshot{
		Stats: &thulium.Stats{}, Cached: true, Duration: 120 * time.Millisecond,
		LastSuccess: Now().Add(-12 * time.Second), Next: Now().Add(48 * time.Second),
	}
	for _, c := range campaigns {
		s.Stats.Campaigns = append(s.Stats.Campaigns, thulium.Campaign{
			ID: c.ID, Records: c.Records, CompletionPercent: c.Percent,
		})
	}
	s.Progress = follow(campaigns, s)
	return s
}

// follow returns what a tracker knows that saw the campaigns move when they did.
func follow(campaigns []Campaign, s *collector.Snapshot) *progress.Report {
	hours := usualHours()
	settings := progress.Settings{StalledAfter: 2 * time.Hour, StalledUntil: 98, StallAlert: true, Calendar: hours}
	lookup := func(string) *progress.Settings { return &settings }
	tracker, seen := progress.New(lookup), slices.Clone(s.Stats.Campaigns)
	times := map[time.Duration]bool{}
	for i, c := range campaigns {
		if !c.Unseen {
			seen[i].CompletionPercent = max(0, c.Percent-1)
			times[c.Moved] = true
		}
	}
	tracker.Update(Now().Add(-6*time.Hour), slices.Clone(seen))
	for _, moved := range slices.Backward(slices.Sorted(maps.Keys(times))) {
		for i, c := range campaigns {
			if c.Moved == moved {
				seen[i] = s.Stats.Campaigns[i]
			}
		}
		tracker.Update(Now().Add(-moved), slices.Clone(seen))
	}
	return tracker.Update(s.LastSuccess, s.Stats.Campaigns)
}

// Down returns the snapshot of a poll that failed twelve seconds ago, for the
// first time half an hour after the newest good answer.
func Down(failure *thulium.Error) *collector.Snapshot {
	return &collector.Snapshot{
		Err: failure, Cached: true, Duration: 30 * time.Millisecond,
		LastFailure: &collector.Failure{At: Now().Add(-12 * time.Second), Err: failure},
		LastSuccess: Now().Add(-30 * time.Minute), Next: Now().Add(4 * time.Minute),
	}
}

// Degraded returns the snapshot of a poll that failed while the campaigns of
// the one before are still fresh enough.
func Degraded(campaigns []Campaign, failure *thulium.Error) *collector.Snapshot {
	s := Up(campaigns)
	down := Down(failure)
	s.Err, s.LastFailure, s.LastSuccess = down.Err, down.LastFailure, Now().Add(-72*time.Second)
	return s
}

// Waiting returns the snapshot before the first poll.
func Waiting() *collector.Snapshot {
	return &collector.Snapshot{
		Err: errors.New("the first poll is not over yet"), Cached: true, Next: Now().Add(34 * time.Second),
	}
}

// Refused is the answer to wrong credentials.
func Refused() *thulium.Error {
	return &thulium.Error{
		Result: thulium.Unauthorized, Status: 401, RequestID: "53678450401cf",
		Problems: []thulium.Problem{{Code: "401", Message: "Unauthorized"}},
		Err:      errors.New("HTTP status 401 Unauthorized"),
	}
}

// Unreachable is what comes of a system that does not answer.
func Unreachable() *thulium.Error {
	return &thulium.Error{
		Result: thulium.Connection,
		Err:    errors.New("dial tcp 192.0.2.10:443: connect: connection refused"),
	}
}

// Fleet returns n systems, most of which work. They share their hours.
func Fleet(n int) Systems {
	all, calendars := make(Systems, n), config.Calendars{}
	for i := range all {
		snapshot := Up(Many(8 + i%50))
		switch i % 40 {
		case 7:
			snapshot = Down(Unreachable())
		case 17:
			snapshot = Degraded(Many(8), Unreachable())
		case 27:
			snapshot = Waiting()
		case 37:
			snapshot = Down(Refused())
		}
		all[i] = system(fmt.Sprintf("centre-%04d", i+1), snapshot, nil, calendars)
	}
	return all
}

package statustest

import (
	"fmt"
	"math"
	"slices"
	"time"

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
	Unseen   bool          // no progress was seen since then
	Deadline string        // as in a configuration file, like the next
	Pool     string
	Look     *progress.Look // what the latest one found; nil: there was none
}

// Centre returns the campaigns of a contact centre on a usual day: most of them
// progress, one is stalled, one will be late, one is finished.
func Centre() []Campaign {
	return []Campaign{
		{ID: "00001", Name: "Satisfaction survey", Records: 12_480, Percent: 63.41, Moved: 40 * time.Second},
		{ID: "00002", Name: "Consent renewal, all customers", Records: 250_112, Percent: 8.07, Moved: 40 * time.Second, Deadline: "2026-03-13 18:00"},
		{ID: "00003", Name: "Call-backs from the website", Records: 861, Percent: 91.52, Moved: 3 * time.Minute},
		{ID: "00004", Name: "Overdue invoices", Records: 6_204, Percent: 37.9, Moved: 2*time.Hour + 25*time.Minute, Deadline: "2026-03-31"},
		{ID: "00005", Name: "Spring renewals", Records: 912, Percent: 100, Moved: 51 * time.Minute},
		{ID: "00006", Name: "Fibre upgrade", Records: 3_037, Percent: 22.75, Moved: 6 * time.Minute},
		{ID: "00007", Name: "Event invitations", Moved: 5*time.Hour + 2*time.Minute, Unseen: true},
		{ID: "00008", Name: "Winter tyres", Records: 1_518, Moved: 12 * time.Minute, Unseen: true},
	}
}

// Centrum returns the same with Polish names, some of them as long as the page
// shows.
func Centrum() []Campaign {
	names := []string{
		"Badanie satysfakcji klientów po zakończonym zgłoszeniu serwisowym, województwo",
		"Odnowienie zgód marketingowych wszystkich klientów indywidualnych i biznesowych",
		"Oddzwonienia ze strony internetowej",
		"Przypomnienie o przeterminowanych płatnościach, klienci z Dolnego Śląska i okolic",
		"Odnowienia wiosenne", "Światłowód", "Zaproszenia na konferencję", "Opony zimowe",
	}
	all := Centre()
	for i := range all {
		all[i].Name = names[i]
	}
	return all
}

// Many returns n campaigns that get on in different ways.
func Many(n int) []Campaign {
	many := make([]Campaign, n)
	for i := range many {
		c := Centre()[i%8]
		c.ID = fmt.Sprintf("%05d", i+1)
		c.Name = fmt.Sprintf("%s %d", c.Name, i/8+1)
		c.Records += float64(i)
		if i >= 8 {
			c.Deadline = ""
		}
		many[i] = c
	}
	return many
}

// Stalled returns the same campaigns with n stalled ones in place of the one.
func Stalled(campaigns []Campaign, n int) []Campaign {
	all := slices.Concat(campaigns[:3], campaigns[4:])
	for i := range n {
		c := campaigns[3]
		c.ID = fmt.Sprintf("%05d", 101+i)
		c.Moved += time.Duration(i) * time.Minute
		if i > 0 {
			c.Name = fmt.Sprintf("%s %d", c.Name, i+1)
		}
		all = append(all, c)
	}
	return all
}

// Looks returns what a look at twelve agents finds, by cause.
func Looks() map[progress.Cause]*progress.Look {
	return map[progress.Cause]*progress.Look{
		progress.NoAgents:   {OK: true, Assigned: 12, LoggedOut: 12},
		progress.AllPaused:  {OK: true, Assigned: 12, LoggedOut: 8, LoggedIn: 4, Paused: 4},
		progress.Elsewhere:  {OK: true, Assigned: 12, LoggedOut: 2, LoggedIn: 10, Paused: 1, OnCall: 7, Calling: 7},
		progress.NotCalling: {OK: true, Assigned: 12, LoggedOut: 5, LoggedIn: 7, Paused: 1},
		progress.Unknown:    {},
	}
}

// Finished returns the same campaigns without a record left.
func Finished(campaigns []Campaign) []Campaign {
	all := slices.Clone(campaigns[:6])
	for i := range all {
		all[i].Percent, all[i].Moved = 100, time.Duration(i+1)*31*time.Minute
	}
	return all
}

// follow returns what is known at a moment of campaigns that were watched since the
// morning of the day before.
func follow(campaigns []Campaign, s *config.System, until time.Time) *progress.Report {
	const watched, step = 30 * time.Hour, 10 * time.Minute
	times := []time.Time{until}
	for ago := step; ago <= watched; ago += step {
		if t := Now().Add(-ago); s.Calendar.OpenAt(t) {
			times = append(times, t)
		}
	}
	for _, c := range campaigns {
		times = append(times, Now().Add(-c.Moved))
	}
	slices.SortFunc(times, time.Time.Compare)
	tracker := progress.New(s.Settings)
	for _, t := range slices.Compact(times) {
		if !t.After(until) {
			tracker.Update(t, response(campaigns, s, t))
		}
	}
	for _, c := range campaigns {
		if c.Look != nil {
			tracker.Look(until, c.ID, *c.Look)
		}
	}
	return tracker.Report()
}

// response returns how far the campaigns were at a time. Their paces vary.
func response(campaigns []Campaign, s *config.System, at time.Time) []thulium.Campaign {
	all := make([]thulium.Campaign, len(campaigns))
	for i, c := range campaigns {
		all[i] = thulium.Campaign{ID: c.ID, Records: c.Records, CompletionPercent: c.Percent}
		moved := Now().Add(-c.Moved)
		if !moved.After(at) || c.Unseen {
			continue
		}
		hours := (s.Calendar.SecondsUntil(moved) - s.Calendar.SecondsUntil(at)) / 3600
		phase := float64(i)
		hours += 0.3 * (math.Sin(1.3*hours+phase) - math.Sin(phase))
		all[i].CompletionPercent = max(0, c.Percent-min(c.Percent, 12)*hours/7)
	}
	return all
}

package progress

import (
	"slices"
	"sync"
	"time"

	"thulium_exporter/thulium"
)

// clockStep is the difference between the wall clock and the time that really passed
// from which on the wall clock was set.
const clockStep = 10 * time.Minute

// maxAbsent bounds the memory of campaigns that are no longer listed, whatever a
// response lists.
const maxAbsent = 20_000

// Tracker remembers the progress of the campaigns of one system. It is safe for
// concurrent use.
//
// When the wall clock is set back or forward by ten minutes or more, the idle time
// of every campaign starts again from 0, as nothing is known of the time between: a
// step delays stalls, but never causes one. A suspend of the machine looks the same.
// Smaller steps back do not change idle times; smaller steps forward count.
type Tracker struct {
	mu       sync.Mutex
	settings Lookup
	latest   *Report // nil before the first response
}

// New returns a tracker that knows nothing yet.
func New(settings Lookup) *Tracker { return &Tracker{settings: settings} }

// Configure changes the settings, at once also in what is already known.
func (t *Tracker) Configure(settings Lookup) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.settings = settings
	if t.latest != nil {
		t.latest = t.latest.with(settings)
	}
}

// Update adds a successful response that arrived at that time, and returns what is
// known as of then. A response that is not later than the latest one changes
// nothing, unless the clock was set back between them.
func (t *Tracker) Update(at time.Time, campaigns []thulium.Campaign) *Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.latest == nil {
		t.latest = &Report{}
	}
	if at.After(t.latest.At) || stepped(t.latest.At, at) {
		t.latest = t.latest.next(at, campaigns, t.settings)
	}
	return t.latest
}

// Report returns what is known as of the latest successful response; nil before
// the first response that the tracker, or the one it was restored from, has seen.
func (t *Tracker) Report() *Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.latest
}

// Elapsed returns the time between two instants. The monotonic clock stops while
// the machine sleeps, and the wall clock can be set back: the larger one counts, so
// that a response never looks younger than it is.
func Elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}

// stepped reports whether the wall clock was set between two instants. Without
// monotonic readings, as after a restart, only a step back shows.
func stepped(from, to time.Time) bool {
	wall := to.Round(0).Sub(from.Round(0))
	return wall <= -clockStep || (wall-to.Sub(from)).Abs() >= clockStep
}

// next returns the report after a response.
func (r *Report) next(at time.Time, entries []thulium.Campaign, settings Lookup) *Report {
	clocks := newClocks(r.At, at, settings)
	earlier := slices.Concat(r.absent, r.campaigns)
	known := make(map[string]*tracked, len(earlier))
	for i := range earlier {
		known[earlier[i].ID] = &earlier[i]
	}
	to := &Report{At: at, OutsideHours: r.OutsideHours, system: r.system, campaigns: make([]tracked, len(entries))}
	var progressed []*tracked
	for i, entry := range entries {
		c := &to.campaigns[i]
		was, ok := known[entry.ID]
		if !ok {
			c.ID = entry.ID
			c.reset(entry, clocks.of(c))
			continue
		}
		delete(known, entry.ID)
		*c = *was
		records, outside := c.update(entry, clocks.of(c))
		to.OutsideHours += outside
		if records > 0 {
			progressed = append(progressed, c)
		}
	}
	for i := range earlier {
		if c := &earlier[i]; known[c.ID] != nil && c.miss(clocks.of(c)) {
			to.absent = append(to.absent, *c)
		}
	}
	to.absent = to.absent[max(0, len(to.absent)-maxAbsent):]
	to.excuse(progressed)
	to.system.hear(len(progressed), clocks.of(&to.system))
	to.conclude()
	return to
}

// with returns the report with other settings.
func (r *Report) with(settings Lookup) *Report {
	clocks := newClocks(r.At, r.At, settings)
	to := *r
	to.campaigns, to.absent = slices.Clone(r.campaigns), slices.Clone(r.absent)
	for _, campaigns := range [][]tracked{to.campaigns, to.absent} {
		for i := range campaigns {
			c := &campaigns[i]
			c.age(clocks.of(c))
		}
	}
	to.system.age(clocks.of(&to.system))
	to.conclude()
	return &to
}

// clock is what a calendar shows at the two instants that an update is about.
type clock struct {
	calendar Calendar
	at       int64   // Unix time of the update
	open     bool    // it is inside business hours
	now      float64 // business seconds until then
	passed   float64 // business seconds since the previous update
	closed   bool    // no business time passed since then
	stepped  bool    // the machine's clock was set since then

	first     *Days // of a campaign that is new; nil if the day has no business hours
	dayBefore int64 // Unix time of the one with business hours before
	halfHour  int   // of the day's business time
}

// until returns how many business seconds are over at an instant.
func (k *clock) until(unix int64) float64 { return k.calendar.SecondsUntil(time.Unix(unix, 0)) }

// clocks reads each calendar once per update.
type clocks struct {
	previous, at time.Time // previous is zero if there was no update
	settings     Lookup
	all          map[Calendar]*clock
}

func newClocks(previous, at time.Time, settings Lookup) *clocks {
	return &clocks{previous: previous, at: at, settings: settings, all: make(map[Calendar]*clock)}
}

// of applies the current settings to a campaign, and returns the clock of its
// calendar.
func (c *clocks) of(campaign *tracked) *clock {
	settings := c.settings(campaign.ID)
	campaign.configure(settings, c.at.Unix())
	calendar := settings.Calendar
	if k := c.all[calendar]; k != nil {
		return k
	}
	k := &clock{calendar: calendar, at: c.at.Unix(), open: calendar.OpenAt(c.at), stepped: stepped(c.previous, c.at)}
	c.all[calendar] = k
	k.now = k.until(k.at)
	k.readDay(c.at)
	if !c.previous.IsZero() {
		k.passed = k.now - k.until(c.previous.Unix())
	}
	k.closed = !k.open && k.passed == 0
	k.passed = max(0, k.passed) // negative if the clock was set back
	return k
}

package progress

import (
	"cmp"
	"math"
	"slices"
	"time"

	"thulium_exporter/thulium"
)

// When idle campaigns are looked at, in business seconds; chosen with test/accuracy.
const (
	looksFrom   = 1.0 / 3 // of StalledAfter, in idle time
	oftenFrom   = 2.0 / 3 // the same, since the latest excuse
	lookOften   = 5 * 60
	lookEvery   = 15 * 60 // so long after the progress of a mate there is none
	lookStalled = 60 * 60
	lookCounts  = 20 * 60          // a look says nothing about later
	heard       = 15 * time.Minute // no look when the latest response is older
)

// Look counts what the agents do who may work an idle campaign. The zero value is one
// that failed.
type Look struct {
	OK        bool            `json:"-"`
	Agents    []thulium.Agent `json:"-"`
	Assigned  int             `json:"assigned"`
	LoggedOut int             `json:"logged_out"`
	LoggedIn  int             `json:"logged_in"`
	Paused    int             `json:"paused"`
	OnCall    int             `json:"on_call"`
	Calling   int             `json:"outbound_call"`
	Unknown   int             `json:"unknown"`
}

// Cause is why a campaign is idle; empty while it is not looked at.
type Cause string

// The causes.
const (
	Elsewhere  Cause = "elsewhere" // its agents work on other campaigns
	NoAgents   Cause = "no_agents" // nobody is assigned, or nobody is logged in
	AllPaused  Cause = "paused"    // all who are logged in pause
	NotCalling Cause = "idle"      // agents are there, and nobody calls
	Unknown    Cause = "unknown"   // not permitted, or failed
)

// Cause returns the cause that the look shows.
func (l *Look) Cause() Cause {
	switch {
	case !l.OK:
		return Unknown
	case l.Assigned == 0:
		return NoAgents
	case l.Calling > 0:
		return Elsewhere
	case l.LoggedIn > l.Paused:
		return NotCalling
	case l.Unknown > 0:
		return Unknown
	case l.LoggedIn == 0:
		return NoAgents
	}
	return AllPaused
}

// looked is what looks have shown of a campaign. It is never changed, and not saved.
type looked struct {
	Look
	at     int64 // in Unix time, like the next; 0: not since the campaign or a mate progressed
	silent int64 // since when all looks show that nobody calls; 0: somebody does
	absent bool  // because nobody is there
}

// Due returns the campaign to look at now: that which would count as stalled soonest.
func (t *Tracker) Due(at time.Time) (id string, ok bool) {
	r, soonest := t.Report(), math.Inf(1)
	if r == nil || Elapsed(r.At, at) > heard {
		return "", false
	}
	for i := range r.campaigns {
		c := &r.campaigns[i]
		if !c.due(at) {
			continue
		}
		if left := c.alarm() - c.Idle + 1e9*float64(min(1, c.Begun)); left < soonest {
			id, soonest = c.ID, left
		}
	}
	return id, id != ""
}

func (c *tracked) due(at time.Time) bool {
	if !c.lookedAt() || !c.settings.Calendar.OpenAt(at) || c.mateProgressed(at.Unix()) {
		return false
	}
	latest, every := cmp.Or(c.look, &looked{}).at, float64(lookEvery)
	switch {
	case c.passed(c.Since, latest) < float64(c.Begun): // that of the alarm
		return true
	case c.Begun > 0:
		every = lookStalled
	case c.Idle-c.excused() >= oftenFrom*c.settings.StalledAfter.Seconds():
		every = lookOften
	}
	return c.passed(latest, at.Unix()) >= every
}

// lookedAt reports whether the campaign is idle for so long that it is looked at.
func (c *tracked) lookedAt() bool {
	return c.settings.Diagnose && c.watched() && c.Idle >= looksFrom*c.settings.StalledAfter.Seconds()
}

func (c *tracked) mateProgressed(at int64) bool {
	return c.ExcusedBy != "" && c.passed(c.Excused, at) < lookEvery
}

// Clock returns the business seconds of the system until an instant.
func (t *Tracker) Clock(at time.Time) float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.settings("").Calendar.SecondsUntil(at)
}

// passed returns the business seconds between two instants.
func (c *tracked) passed(from, to int64) float64 {
	k := clock{calendar: c.settings.Calendar}
	return k.until(to) - k.until(from)
}

// Look records a look at a campaign.
func (t *Tracker) Look(at time.Time, id string, look Look) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.latest == nil {
		return
	}
	to := *t.latest
	if i := slices.IndexFunc(to.campaigns, func(c tracked) bool { return c.ID == id }); i >= 0 {
		to.campaigns = slices.Clone(to.campaigns)
		to.campaigns[i].see(at.Unix(), look)
		to.campaigns[i].latch(at)
		t.latest = &to
	}
}

// see applies a look. One that shows no cause neither begins nor ends a silence.
func (c *tracked) see(at int64, look Look) {
	if c.mateProgressed(at) {
		return
	}
	before, l := cmp.Or(c.look, &looked{}), &looked{Look: look, at: at}
	if !look.OK {
		l.Agents = before.Agents
	}
	cause := look.Cause()
	absent := cause == NoAgents || cause == AllPaused
	switch {
	case cause == Elsewhere:
		c.excuse = excuse{Excused: at}
	case cause == Unknown, before.silent != 0 && absent == before.absent:
		l.silent, l.absent = before.silent, before.absent
	default:
		if before.absent && c.passed(before.silent, at) >= 2*lookEvery { // they are back
			c.excuse = excuse{Excused: before.at}
		}
		l.silent, l.absent = max(at-lookEvery, c.Since, c.Excused, before.at), absent
	}
	c.look = l
}

// agents returns who may work a campaign, as far as that makes mates.
func (c *tracked) agents() []thulium.Agent {
	if c.look == nil || c.settings.Pool != "" {
		return nil
	}
	return c.look.Agents
}

// forget returns what is left of looks when the campaign or a mate has progressed.
func (l *looked) forget() *looked {
	if l == nil || l.at == 0 {
		return l
	}
	return &looked{Look: Look{Agents: l.Agents}}
}

// alarm returns from which idle time on, in business seconds, the campaign counts as
// stalled. Once looks show for StalledAfter that nobody calls, its pace is no excuse. While
// nobody is there, nothing else counts; agents who are there may wait for the last records.
// What has begun stays until the campaign progresses.
func (c *tracked) alarm() float64 {
	alarm := c.excused() + max(c.threshold(), float64(c.ExcusedFor))
	if l := c.look; l != nil && l.silent != 0 && l.Cause() != Unknown && c.fresh(l.at) {
		silent := c.passed(c.Since, l.silent) + c.settings.StalledAfter.Seconds()
		switch pace := c.perSecond(); {
		case l.absent:
			alarm = silent
		case c.left() < pace*attempts:
			alarm += attempts
		default:
			alarm = min(alarm, silent)
		}
	}
	if c.Begun > 0 {
		alarm = min(alarm, float64(c.Begun))
	}
	return math.Ceil(alarm)
}

// latch remembers that the campaign counts as stalled. That never begins outside business
// hours, although an excuse is lost when the exporter restarts.
func (c *tracked) latch(at time.Time) {
	if c.lookedAt() && c.Begun == 0 && math.Floor(c.Idle) >= c.alarm() && c.settings.Calendar.OpenAt(at) {
		c.Begun = float32(c.alarm())
	}
}

// fresh reports whether what was known at an instant may still be published.
func (c *tracked) fresh(at int64) bool {
	return c.Idle-c.passed(c.Since, at) <= lookCounts+lookStalled*float64(min(1, c.Begun))
}

// why returns the published cause, and the look if it has counts.
func (c *tracked) why() (Cause, *Look) {
	l := c.look
	switch {
	case !c.lookedAt():
	case (l == nil || l.at == 0) && c.ExcusedBy != "" && c.fresh(c.Excused):
		return Elsewhere, nil
	case l == nil || !c.fresh(l.at):
	case l.OK:
		return l.Cause(), &l.Look
	default:
		return Unknown, nil
	}
	return "", nil
}

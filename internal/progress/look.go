package progress

import (
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
	lookEvery   = 15 * 60 // and for so long after the progress of a mate there is none
	lookStalled = 60 * 60
	lookCounts  = 20 * 60          // a look says nothing about later
	allowance   = 5 * 60           // an absence may be so much shorter than StalledAfter
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
	cause         Cause
	at            int64 // in Unix time, like the next; 0: not since the campaign progressed
	absent, still int64 // the first and the latest look since when nobody is there; 0: somebody is
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
	after := c.settings.StalledAfter.Seconds()
	if !c.lookedAt() || !c.watched() || !c.settings.Calendar.OpenAt(at) || c.mateProgressed(at.Unix()) {
		return false
	}
	every := float64(lookEvery)
	switch {
	case c.look == nil || c.look.at == 0 || c.Begun > 0 && c.passed(c.Since, c.look.at) < float64(c.Begun):
		every = 0 // the first one, and that of the alarm
	case c.Begun > 0:
		every = lookStalled
	case c.Idle-c.excused() >= oftenFrom*after:
		every = lookOften
	}
	return every == 0 || c.passed(c.look.at, at.Unix()) >= every
}

// lookedAt reports whether the campaign is idle for so long that it is looked at.
func (c *tracked) lookedAt() bool {
	return c.settings.Diagnose && !c.nothingToDo() && c.Idle >= looksFrom*c.settings.StalledAfter.Seconds()
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
		t.latest = &to
	}
}

// see applies a look. One that failed neither ends nor continues an absence.
func (c *tracked) see(at int64, look Look) {
	l := looked{Look: look, cause: look.Cause(), at: at}
	if before := c.look; before != nil {
		l.absent, l.still = before.absent, before.still
		if !look.OK {
			l.Agents = before.Agents
		}
	}
	switch {
	case c.mateProgressed(at):
		l.cause, l.absent = Elsewhere, 0
	case l.cause == NoAgents, l.cause == AllPaused:
		if l.absent == 0 || c.passed(l.still, at) > lookCounts {
			l.absent = at
		}
		l.still = at
	case l.cause == Elsewhere:
		l.absent, c.ExcusedBy, c.Excused, c.ExcusedFor = 0, "", at, 0
	case l.cause == NotCalling:
		if l.absent != 0 && c.passed(l.absent, l.still) >= lookEvery { // they are back
			c.ExcusedBy, c.Excused, c.ExcusedFor = "", l.still, 0
		}
		l.absent = 0
	}
	c.look = &l
	c.latch()
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
// stalled. While nobody is there, only how long that has lasted counts. What has begun
// stays until the campaign progresses.
func (c *tracked) alarm() float64 {
	alarm := c.excused() + max(c.threshold(), float64(c.ExcusedFor))
	if c.look != nil && c.look.absent != 0 && c.look.cause != Unknown && c.fresh(c.look.at) {
		after := c.settings.StalledAfter.Seconds()
		alarm = max(after, c.passed(c.Since, c.look.absent)+after-allowance)
	}
	if c.Begun > 0 {
		alarm = min(alarm, float64(c.Begun))
	}
	return math.Ceil(alarm)
}

// latch remembers that the campaign counts as stalled.
func (c *tracked) latch() {
	if c.settings.Diagnose && c.Begun == 0 && c.watched() && math.Floor(c.Idle) >= c.alarm() {
		c.Begun = float32(c.alarm())
	}
}

// fresh reports whether what was known at an instant may still be published.
func (c *tracked) fresh(at int64) bool {
	return at != 0 && c.Idle-c.passed(c.Since, at) <= lookCounts+lookStalled*float64(min(1, c.Begun))
}

// why returns the published cause, and the look if it has counts.
func (c *tracked) why() (cause Cause, look *Look) {
	if c.look == nil || !c.lookedAt() {
		return "", nil
	}
	if c.fresh(c.look.at) {
		cause = c.look.cause
		if c.look.OK {
			look = &c.look.Look
		}
	} else if c.look.at == 0 && c.ExcusedBy != "" && c.fresh(c.Excused) {
		cause = Elsewhere
	}
	return cause, look
}

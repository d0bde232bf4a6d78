package progress

import (
	"cmp"
	"math"
	"slices"
	"time"

	"thulium_exporter/thulium"
)

// A look at an idle campaign says what its agents do. When campaigns are looked at, in
// business seconds; the constants were chosen with test/accuracy.
const (
	looksFrom   = 1.0 / 3 // of StalledAfter, in idle time
	oftenFrom   = 2.0 / 3 // the same, since the latest excuse
	lookEvery   = 15 * 60
	lookOften   = 5 * 60
	lookStalled = 60 * 60
	afterMate   = 15 * 60          // no look for so long after the progress of a mate
	heard       = 15 * time.Minute // nor when the latest response is older

	lookCounts = 20 * 60   // a look says nothing about later
	listCounts = 60 * 60   // who may work a campaign that is looked at
	mateCounts = 24 * 3600 // the same, of others
	allowance  = 5 * 60    // an absence may be so much shorter than StalledAfter
)

// Look counts what the agents do who may work a campaign.
type Look struct {
	OK                       bool // the requests succeeded, as far as there were any
	Assigned                 int
	Requested                int // so many statuses are counted, those of the latest requests of all campaigns
	LoggedIn, Paused, OnCall int
	Calling                  int // on an outbound call, of any campaign
	Unknown                  int // those whose status was requested and is not known
}

// Cause is why a campaign is idle.
type Cause uint8

// The causes.
const (
	NotLooked  Cause = iota
	Elsewhere        // its agents work on other campaigns
	NoAgents         // nobody is assigned, or nobody is logged in
	AllPaused        // all who are logged in pause
	NotCalling       // agents are there, and nobody calls
	Unknown          // not permitted, or failed
)

// String returns the cause as programs read it; empty if there was no look.
func (c Cause) String() string {
	return [...]string{"", "elsewhere", "no_agents", "paused", "idle", "unknown"}[c]
}

// Cause returns what the look says.
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
	agents []thulium.Agent
	listed int64 // when, in Unix time like the next; 0: not yet

	Look
	at    int64 // 0: not since the campaign last progressed
	cause Cause

	absent, still int64 // the first and the latest look of those that said that nobody is there
}

// Due is a campaign whose agents are to be requested.
type Due struct {
	ID     string
	Agents []thulium.Agent // who may work it
	List   bool            // that has to be requested
	Look   bool            // so has what they do
	Turn   int64           // differs from look to look
}

// Due returns the most urgent campaign to look at. If there is none but one is idle,
// and requests are to spare, it returns one of those whose agents are not known.
func (t *Tracker) Due(at time.Time, spare bool) (Due, bool) {
	r := t.Report()
	if r == nil || Elapsed(r.At, at) > heard {
		return Due{}, false
	}
	var most, unlisted *tracked
	left, idle := math.Inf(1), false
	for i := range r.campaigns {
		c := &r.campaigns[i]
		due, every := c.looks(at)
		idle = idle || every > 0
		if l := c.threshold() + c.excused() - c.Idle + float64(c.Begun)*1e6; due && l < left {
			most, left = c, l
		}
		if c.settings.Diagnose && c.settings.Pool == "" && !c.nothingToDo() && !c.knows(at, mateCounts) {
			unlisted = c
		}
	}
	switch {
	case most != nil:
		due := Due{ID: most.ID, Look: true, List: !most.knows(at, listCounts)}
		if most.look != nil {
			due.Agents, due.Turn = most.look.agents, most.look.at
		}
		return due, true
	case idle && spare && unlisted != nil:
		return Due{ID: unlisted.ID, List: true}, true
	}
	return Due{}, false
}

// looks returns whether the campaign has to be looked at now, and after how many
// business seconds again; 0: not at all.
func (c *tracked) looks(at time.Time) (due bool, every float64) {
	after := c.settings.StalledAfter.Seconds()
	if !c.settings.Diagnose || !c.watched() || c.Idle < looksFrom*after || !c.settings.Calendar.OpenAt(at) {
		return false, 0
	}
	every = lookEvery
	switch {
	case c.Begun > 0:
		every = lookStalled
	case c.Idle-c.excused() >= oftenFrom*after:
		every = lookOften
	}
	if c.ExcusedBy != "" && c.passed(c.Excused, at.Unix()) < afterMate {
		return false, every
	}
	return c.look == nil || c.look.at == 0 || c.passed(c.look.at, at.Unix()) >= every, every
}

// knows reports whether the agents were listed within so many seconds, by the calendar
// as well: the time of a demo is faster.
func (c *tracked) knows(at time.Time, seconds float64) bool {
	return c.look != nil && c.look.listed != 0 &&
		max(float64(at.Unix()-c.look.listed), c.passed(c.look.listed, at.Unix())) < seconds
}

// passed returns the business seconds between two instants.
func (c *tracked) passed(from, to int64) float64 {
	k := clock{calendar: c.settings.Calendar}
	return k.until(to) - k.until(from)
}

// List records who may work a campaign.
func (t *Tracker) List(at time.Time, id string, agents []thulium.Agent) {
	t.change(id, func(_ *tracked, l *looked) { l.agents, l.listed = agents, at.Unix() })
}

// Look records a look at a campaign.
func (t *Tracker) Look(at time.Time, id string, look Look) {
	t.change(id, func(c *tracked, l *looked) { c.see(at.Unix(), l, look) })
}

// change changes what is known of an active campaign.
func (t *Tracker) change(id string, change func(*tracked, *looked)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.latest == nil {
		return
	}
	to := *t.latest
	i := slices.IndexFunc(to.campaigns, func(c tracked) bool { return c.ID == id })
	if i < 0 {
		return
	}
	to.campaigns = slices.Clone(to.campaigns)
	c := &to.campaigns[i]
	l := looked{}
	if c.look != nil {
		l = *c.look
	}
	change(c, &l)
	c.look = &l
	c.begin()
	t.latest = &to
}

// see applies a look. Within a quarter of an hour after a mate's progress, nobody is
// absent.
func (c *tracked) see(at int64, l *looked, look Look) {
	l.Look, l.at, l.cause = look, at, look.Cause()
	absent := l.cause == NoAgents || l.cause == AllPaused
	switch {
	case c.ExcusedBy != "" && c.passed(c.Excused, at) < afterMate:
		l.cause, l.absent = Elsewhere, 0
	case absent && (l.absent == 0 || c.passed(l.still, at) > lookCounts):
		l.absent, l.still = at, at
	case absent:
		l.still = at
	case l.cause == Elsewhere:
		l.absent, c.ExcusedBy, c.Excused, c.ExcusedFor = 0, "", at, 0
	case l.cause == NotCalling:
		l.absent = 0
	}
}

// mates returns the first of the campaigns that progressed, by the agents who may work it.
func mates(progressed []*tracked) map[thulium.Agent]*tracked {
	by := make(map[thulium.Agent]*tracked)
	for _, c := range progressed {
		if c.look == nil || c.settings.Pool != "" {
			continue
		}
		for _, agent := range c.look.agents {
			by[agent] = cmp.Or(by[agent], c)
		}
	}
	return by
}

// mate returns the campaign with a common agent that progressed; nil if there is none.
func (c *tracked) mate(by map[thulium.Agent]*tracked) *tracked {
	if c.look == nil || c.settings.Pool != "" {
		return nil
	}
	for _, agent := range c.look.agents {
		if m := by[agent]; m != nil {
			return m
		}
	}
	return nil
}

// forget returns what is left of looks when the campaign has progressed.
func (l *looked) forget() *looked {
	if l == nil || l.at == 0 {
		return l
	}
	return &looked{agents: l.agents, listed: l.listed}
}

// alarm returns from which idle time on, in business seconds, the campaign counts as
// stalled: that of the excuse, or while nobody is there that of the absence. Looks do
// not end an alarm.
func (c *tracked) alarm() float64 {
	alarm := c.excused() + max(c.threshold(), float64(c.ExcusedFor))
	if c.look != nil && c.look.absent != 0 && (c.look.cause == NoAgents || c.look.cause == AllPaused) && c.fresh(c.look.at) {
		after := c.settings.StalledAfter.Seconds()
		alarm = max(after, c.passed(c.Since, c.look.absent)+after-allowance)
	}
	if c.Begun > 0 {
		alarm = min(alarm, float64(c.Begun))
	}
	return math.Ceil(alarm)
}

// begin remembers that the campaign counts as stalled.
func (c *tracked) begin() {
	if c.settings.Diagnose && c.Begun == 0 && c.watched() {
		if alarm := c.alarm(); math.Floor(c.Idle) >= alarm {
			c.Begun = float32(alarm)
		}
	}
}

// fresh reports whether what was known at an instant may still be said.
func (c *tracked) fresh(at int64) bool {
	within := float64(lookCounts)
	if c.Begun > 0 {
		within += lookStalled
	}
	return at != 0 && c.Idle-c.passed(c.Since, at) <= within
}

// cause returns the published cause of the idle time, and the look if there are
// counts to publish.
func (c *tracked) cause() (Cause, *Look) {
	if !c.settings.Diagnose || c.look == nil || c.nothingToDo() || c.Idle < looksFrom*c.settings.StalledAfter.Seconds() {
		return NotLooked, nil
	}
	cause, look := NotLooked, (*Look)(nil)
	if c.fresh(c.look.at) {
		cause = c.look.cause
		if c.look.OK {
			look = &c.look.Look
		}
	}
	if c.ExcusedBy != "" && c.Excused >= c.look.at && c.fresh(c.Excused) {
		cause = Elsewhere
	}
	return cause, look
}

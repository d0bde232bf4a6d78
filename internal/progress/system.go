package progress

import (
	"cmp"
	"math"
)

// The campaigns of a system are also watched as a whole. Together they are fast, so
// that a silence of all is certain early: agents, dialler or lines are missing.
const (
	systemStalledAfter = 75 * 60 // business seconds
	systemCertainty    = 14.0    // as certainty
	systemSteps        = 64      // so many of the latest steps count; a step is a campaign that progressed
	systemFewSteps     = 8       // fewer say nothing
)

// suspicious is the factor of its threshold after which a campaign has waited long for
// others, although nobody said that they come first.
const suspicious = 3

// hear adds a response in which so many campaigns have progressed. The receiver is
// the system as a whole.
func (c *tracked) hear(progressed int, k *clock) {
	if c.Since == 0 || k.stepped {
		c.restartClock(k)
		return
	}
	c.age(k)
	if progressed == 0 {
		return
	}
	if !k.unseen && !k.closed {
		steps := float64(min(burst, progressed))
		forget := math.Exp(-steps / systemSteps)
		seconds := min(c.Idle, c.pace.threshold(systemStalledAfter, systemCertainty))
		c.Steps = float32(float64(c.Steps)*forget + steps)
		c.StepSeconds = float32(float64(c.StepSeconds)*forget + seconds)
	}
	c.restartClock(k)
}

// conclude computes for how long the system as a whole has been idle. That says nothing
// unless at least two campaigns could have progressed; they may have business hours of
// their own, so it is never longer than the idle time of any two of them.
func (r *Report) conclude() {
	r.Idle, r.Threshold = 0, 0
	longest, second := -1.0, -1.0
	for i := range r.campaigns {
		if c := &r.campaigns[i]; c.watched() {
			second = max(second, min(longest, c.Idle))
			longest = max(longest, c.Idle)
		}
	}
	if second >= 0 && r.system.Steps >= systemFewSteps {
		r.Idle = math.Floor(min(r.system.Idle, second))
		r.Threshold = math.Ceil(r.system.pace.threshold(systemStalledAfter, systemCertainty))
	}
}

// excuse excuses the campaigns that wait while others of their pools progress.
func (r *Report) excuse(progressed []*tracked) {
	first := make(map[string]*tracked) // of those that progressed, by pool
	for _, c := range progressed {
		pool := c.settings.Pool
		if f := first[pool]; pool != "" && (f == nil || cmp.Or(cmp.Compare(c.settings.Order, f.settings.Order), cmp.Compare(c.ID, f.ID)) < 0) {
			first[pool] = c
		}
	}
	for i := range r.campaigns {
		c := &r.campaigns[i]
		by := first[c.settings.Pool]
		if by != nil && c.Progressed != by.Progressed && (c.settings.Order == 0 || by.settings.Order < c.settings.Order) {
			c.ExcusedBy, c.Excused = by.ID, by.Progressed
		}
	}
}

// excused returns the idle time at which the campaign was last excused.
func (c *tracked) excused() float64 {
	if c.ExcusedBy == "" {
		return 0
	}
	k := clock{calendar: c.settings.Calendar}
	return max(0, k.until(c.Excused)-k.until(c.Since))
}

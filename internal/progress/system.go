package progress

import (
	"cmp"
	"math"

	"thulium_exporter/thulium"
)

// The campaigns of a system are also watched as a whole. Together they are fast, so
// that a silence of all is certain early: agents, dialler or lines are missing.
const (
	systemStalledAfter = 75 * 60 // business seconds
	systemCertainty    = 14.0    // as certainty
	systemSteps        = 64      // so many of the latest steps count; a step is a campaign that progressed
	systemFewSteps     = 7.5     // fewer say nothing: eight steps, by their weight

	suspicious = 3 // times its threshold is long to wait for others, if nobody said that they come first
)

// hear adds a response in which so many campaigns have progressed. The receiver is
// the system as a whole.
func (c *tracked) hear(progressed int, k *clock) {
	c.age(k)
	begins := c.Since == 0 || k.stepped
	if progressed > 0 && !begins && !k.closed {
		steps := float64(min(burst, progressed))
		forget := math.Exp(-steps / systemSteps)
		seconds := min(c.Idle, c.pace.threshold(systemStalledAfter, systemCertainty))
		c.Steps = float32(float64(c.Steps)*forget + steps)
		c.StepSeconds = float32(float64(c.StepSeconds)*forget + seconds)
	}
	if progressed > 0 || begins {
		c.restartClock(k)
	}
}

// conclude computes for how long the system as a whole has been idle. That says nothing
// unless at least two campaigns could be stalled; they may have business hours of their
// own, so it is never longer than two of them have been idle. The threshold is what the
// pace of all explains, and that of the campaigns that are left once others are finished.
func (r *Report) conclude() {
	r.Idle, r.Threshold = 0, 0
	longest, second, perSecond := -1.0, -1.0, 0.0
	for i := range r.campaigns {
		if c := &r.campaigns[i]; c.watched() {
			second = max(second, min(longest, c.Idle))
			longest = max(longest, c.Idle)
			perSecond += float64(c.Steps / max(1, c.StepSeconds))
		}
	}
	if second >= 0 && perSecond > 0 && r.system.Steps >= systemFewSteps {
		r.Idle = math.Floor(min(r.system.Idle, second))
		r.Threshold = math.Ceil(max(r.system.pace.threshold(systemStalledAfter, systemCertainty), systemCertainty/perSecond))
	}
}

// excuse excuses the campaigns that wait while others of their pools progress and, of
// those that are looked at, all whose agents work on others.
func (r *Report) excuse(progressed []*tracked) {
	first := make(map[string]*tracked) // of those that progressed, by pool
	for _, c := range progressed {
		if f := first[c.settings.Pool]; f == nil || c.before(f) {
			first[c.settings.Pool] = c
		}
	}
	mates := make(map[thulium.Agent]*tracked) // of those that progressed
	for _, c := range progressed {
		for _, agent := range c.agents() {
			mates[agent] = c
		}
	}
	for i := range r.campaigns {
		c := &r.campaigns[i]
		by, order := first[c.settings.Pool], c.settings.Order
		if by != nil && (c.settings.Pool == "" || c.look == nil && order != 0 && by.settings.Order >= order) {
			by = nil
		}
		for _, agent := range c.agents() {
			by = cmp.Or(by, mates[agent])
		}
		if by != nil && c.Progressed != by.Progressed {
			c.excuse = excuse{by.ID, by.Progressed, float32(by.threshold())}
			c.look = c.look.forget()
		}
		c.latch(r.At)
	}
}

// before reports whether the campaign comes before another one that progressed, too.
// Those without an order come before all.
func (c *tracked) before(other *tracked) bool {
	return cmp.Or(cmp.Compare(c.settings.Order, other.settings.Order), cmp.Compare(c.ID, other.ID)) < 0
}

// excused returns the idle time at which the campaign was last excused.
func (c *tracked) excused() float64 {
	if c.Excused == 0 {
		return 0
	}
	return max(0, c.passed(c.Since, c.Excused))
}

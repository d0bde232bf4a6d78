package progress

import "math"

const (
	// certainty is how improbable a silence has to be before it counts as a
	// stall: its probability is exp(-certainty).
	certainty = 14.0

	// Before a campaign has shown its pace, it is taken for one that was seen to
	// take so many steps; the time for them is such that its threshold is
	// doubled.
	presumedSteps = 4.0
	doubt         = 2.0
)

// threshold returns from which idle time on, in business seconds, the campaign
// counts as stalled. That is the configured time, or more where the campaign's
// own pace explains the silence: with n steps in T, a steady process is silent
// for t with probability (T/(T+t))^n.
func (c *tracked) threshold() float64 {
	configured := c.settings.StalledAfter.Seconds()
	presumed := doubt * configured / math.Expm1(certainty/presumedSteps)
	steps, seconds := float64(c.pace.steps)+presumedSteps, float64(c.pace.seconds)+presumed
	return max(configured, seconds*math.Expm1(certainty/steps))
}

// watched reports whether idle time can be a stall: not before the campaign has
// started, and not in its tail, where the last records wait for their next
// attempt.
func (c *tracked) watched() bool {
	return c.started && c.settings.StallAlert && !c.empty() && c.percent < min(100, c.settings.StalledUntil)
}

package progress

import "math"

const (
	// certainty is how improbable a silence has to be before it counts as a
	// stall: at a steady pace its probability is exp(-certainty).
	certainty = 10.2

	// unsteady multiplies the part of a threshold that exceeds the configured time,
	// since the pace of a slow campaign varies over the day.
	unsteady = 1.7

	// Before a campaign has shown its pace, its threshold is the configured time
	// multiplied by doubt. This is modelled as presumedSteps steps already seen, in
	// the time that yields this threshold.
	presumedSteps = 4.0
	doubt         = 2.0

	// presumedGrowth is e^(certainty/presumedSteps) - 1, computed once since a
	// threshold is computed for each campaign.
	presumedGrowth = 11.80710378266303

	// A list of few records is more likely to be worked slowly.
	fewRecords  = 500
	doubtForFew = 3.0

	// fewSteps is how many steps a slow campaign may make in quick succession; with
	// fewer, its threshold is not lowered.
	fewSteps = 6
)

// threshold returns from which idle time on, in business seconds, the campaign
// counts as stalled. That is the configured time, or more where the campaign's
// own pace explains the silence: with n steps in T, a steady process is silent
// for t with probability (T/(T+t))^n.
func (c *tracked) threshold() float64 {
	configured := c.settings.StalledAfter.Seconds()
	presumed := configured * ((1 + (doubt-1)/unsteady) / presumedGrowth)
	steps, seconds := float64(c.pace.steps)+presumedSteps, float64(c.pace.stepSeconds)+presumed
	explained := seconds * math.Expm1(certainty/steps)
	threshold := configured + unsteady*max(0, explained-configured)
	if c.pace.steps < fewSteps {
		return max(c.doubt()*configured, threshold)
	}
	return threshold
}

func (c *tracked) doubt() float64 {
	if c.records < fewRecords {
		return doubtForFew
	}
	return doubt
}

// watched reports whether idle time can be a stall: not before the campaign has
// started, and not in its tail, where the last records wait for their next
// attempt.
func (c *tracked) watched() bool {
	return c.started && c.settings.StallAlert && !c.empty() && c.percent < min(100, c.settings.StalledUntil)
}

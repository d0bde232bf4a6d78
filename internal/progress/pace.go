package progress

import (
	"math"
	"time"
)

// The constants were chosen with test/accuracy.
const (
	// What was seen of a pace loses half of its weight with each halfLife of business
	// seconds, but not before halfLifeSteps more steps. From a percentage on,
	// campaigns tend to slow down: for the threshold, fewer steps count then.
	halfLife      = 6 * 3600
	halfLifeSteps = 16
	slowsDown     = 80
	laterSteps    = 4

	// burst is how many steps count at most between two responses: many records
	// that are closed at a stroke say little of how long the next call takes.
	burst = 4

	certainty = 10.2 // a silence is a stall if its probability is less than exp(-certainty)
	unsteady  = 1.7  // the pace varies over the day: factor of what exceeds the configured time

	// Before a campaign has shown its pace, its threshold is the configured time
	// multiplied by doubt, as if presumedSteps steps had been seen. A list of few
	// records is more likely to be worked slowly. Steps in quick succession lower
	// the threshold from fewSteps on.
	doubt         = 2.0
	doubtForFew   = 3.0
	fewRecords    = 500
	presumedSteps = 4.0
	fewSteps      = 6
)

// pace is the recent progress of a campaign and the business time that it took,
// the latest weighted most. Time without progress counts only once there was
// progress again, and never for more than the threshold, so that a stall does not
// slow the pace.
type pace struct {
	// Remembered for hours, for the expected finish.
	PaceRecords float32 `json:"pace_records,omitempty"`
	PaceSeconds float32 `json:"pace_seconds,omitempty"`

	// For the threshold: visible steps, each a record, or 0.01 % of the size if that
	// is more. Only the latest steps count, so that the threshold follows a campaign
	// that slows down in its tail.
	Steps       float32 `json:"steps,omitempty"`
	StepSeconds float32 `json:"step_seconds,omitempty"`
}

// addToPace records progress after that many business seconds.
func (p *pace) addToPace(records, size, percent, seconds float64) {
	steps := max(1, min(burst, records/max(1, size/1e4)))
	forget := math.Exp2(-steps / halfLifeSteps)
	if percent >= slowsDown {
		forget = math.Exp2(-steps / laterSteps)
	}
	p.Steps = float32(float64(p.Steps)*forget + steps)
	p.StepSeconds = float32(float64(p.StepSeconds)*forget + seconds)
	forget = max(math.Exp2(-steps/halfLifeSteps), math.Exp2(-seconds/halfLife))
	p.PaceRecords = float32(float64(p.PaceRecords)*forget + records)
	p.PaceSeconds = float32(float64(p.PaceSeconds)*forget + seconds)
}

// perSecond returns the records per business second; 0 if too little is known.
func (p *pace) perSecond() float64 {
	if p.PaceSeconds < 2*3600 || p.Steps < 3 {
		return 0
	}
	return float64(p.PaceRecords / p.PaceSeconds)
}

// threshold returns from which idle time on, in business seconds, the campaign
// counts as stalled. That is the configured time, or more where the campaign's
// own pace explains the silence: with n steps in T, a steady process is silent
// for t with probability (T/(T+t))^n.
func (c *tracked) threshold() float64 {
	configured := c.settings.StalledAfter.Seconds()
	presumed := configured * ((1 + (doubt-1)/unsteady) / math.Expm1(certainty/presumedSteps))
	steps, seconds := float64(c.Steps)+presumedSteps, float64(c.StepSeconds)+presumed
	explained := seconds * math.Expm1(certainty/steps)
	threshold := configured + unsteady*max(0, explained-configured)
	switch {
	case c.Steps >= fewSteps:
		return threshold
	case c.Records < fewRecords:
		return max(doubtForFew*configured, threshold)
	}
	return max(doubt*configured, threshold)
}

// watched reports whether idle time can be a stall: not before the campaign has
// started, and not in its tail, where the last records wait for their next
// attempt.
func (c *tracked) watched() bool {
	return c.Started && c.settings.StallAlert && !c.empty() && c.Percent < min(100, c.settings.StalledUntil)
}

// expectedFinish returns when the campaign is expected to finish at its pace, in the
// coming business hours: Unix time in seconds, 0 if unknown.
func (c *tracked) expectedFinish(at time.Time) int64 {
	pace := c.perSecond()
	if pace == 0 || c.nothingToDo() {
		return 0
	}
	finish, ok := c.settings.Calendar.After(at, (c.Records-c.done())/pace)
	if !ok {
		return 0
	}
	return finish.Unix()
}

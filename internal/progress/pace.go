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
	longer        = 4 // times as long for the second pace of an expected finish
	slowsDown     = 80
	laterSteps    = 4

	// Many records that are closed at a stroke say little of how long the next call
	// takes. For a finish, burst steps count and five times what the pace explains.
	burst      = 4 // steps that count at most between two responses
	explicable = 5

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

	// The actual finish lies within the published range in four of five cases. Bounds
	// are factors of the remaining business time at the faster and the slower pace, and
	// business seconds for the last records, which wait for their next attempt.
	sooner   = 0.75
	later    = 1.6
	attempts = 14 * 3600
)

// pace is the recent progress of a campaign and the business time that it took,
// the latest weighted most. Time without progress counts only once there was
// progress again, and never for more than the threshold, so that a stall does not
// slow the pace.
type pace struct {
	// Remembered for hours, for the expected finish.
	PaceRecords float32 `json:"pace_records,omitempty"`
	PaceSeconds float32 `json:"pace_seconds,omitempty"`
	LongRecords float32 `json:"long_records,omitempty"`
	LongSeconds float32 `json:"long_seconds,omitempty"`

	// For the threshold: visible steps, each a record, or 0.01 % of the size if that
	// is more. Only the latest steps count, so that the threshold follows a campaign
	// that slows down in its tail.
	Steps       float32 `json:"steps,omitempty"`
	StepSeconds float32 `json:"step_seconds,omitempty"`
}

// addToPace records progress after that many business seconds.
func (p *pace) addToPace(records, size, percent, seconds float64) {
	step := max(1, size/1e4)
	if pace := p.perSecond(); pace > 0 {
		records = min(records, explicable*pace*seconds+burst*step)
	}
	steps := max(1, min(burst, records/step))
	forget := math.Exp2(-steps / halfLifeSteps)
	if percent >= slowsDown {
		forget = math.Exp2(-steps / laterSteps)
	}
	p.Steps = float32(float64(p.Steps)*forget + steps)
	p.StepSeconds = float32(float64(p.StepSeconds)*forget + seconds)
	forget = max(math.Exp2(-steps/halfLifeSteps), math.Exp2(-seconds/halfLife))
	p.PaceRecords = float32(float64(p.PaceRecords)*forget + records)
	p.PaceSeconds = float32(float64(p.PaceSeconds)*forget + seconds)
	forget = math.Pow(forget, 1.0/longer)
	p.LongRecords = float32(float64(p.LongRecords)*forget + records)
	p.LongSeconds = float32(float64(p.LongSeconds)*forget + seconds)
}

// perSecond returns the records per business second; 0 if too little is known.
func (p *pace) perSecond() float64 {
	if p.PaceSeconds < 2*3600 || p.Steps < 3 {
		return 0
	}
	return float64(p.PaceRecords / p.PaceSeconds)
}

// threshold returns from which idle time on, in business seconds, a silence is a
// stall. That is the configured time, or more where the pace explains the silence:
// with n steps in T, a steady process is silent for t with probability (T/(T+t))^n.
func (p *pace) threshold(configured, certainty float64) float64 {
	presumed := configured * ((1 + (doubt-1)/unsteady) / math.Expm1(certainty/presumedSteps))
	steps, seconds := float64(p.Steps)+presumedSteps, float64(p.StepSeconds)+presumed
	explained := seconds * math.Expm1(certainty/steps)
	return configured + unsteady*max(0, explained-configured)
}

// threshold returns from which idle time on, in business seconds, the campaign
// counts as stalled unless it is excused.
func (c *tracked) threshold() float64 {
	configured := c.settings.StalledAfter.Seconds()
	threshold := c.pace.threshold(configured, certainty)
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

// finish adds when the campaign is expected to finish, in the coming business hours.
func (c *tracked) finish(at time.Time, values *Campaign) {
	pace := c.perSecond()
	if pace == 0 || c.nothingToDo() {
		return
	}
	long := pace
	if c.LongSeconds > c.PaceSeconds {
		long = float64(c.LongRecords / c.LongSeconds)
	}
	after := func(seconds float64) int64 {
		if finish, ok := c.settings.Calendar.After(at, seconds); ok {
			return finish.Unix()
		}
		return 0
	}
	values.ExpectedFinish = after(c.left() / pace)
	values.EarliestFinish = after(sooner * c.left() / max(pace, long))
	values.LatestFinish = after(later*c.left()/min(pace, long) + attempts)
}

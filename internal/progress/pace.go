package progress

import "math"

const (
	// halfLife is the business time after which what was seen counts half.
	halfLife = 4 * 3600

	// burst is how many steps count at most between two responses, for the
	// threshold: many records that are closed at a stroke say little of how long
	// the next call takes.
	burst = 4
)

// pace is how a campaign progressed of late: what happened in how much business
// time, the more recent the heavier. Time without progress counts only once
// there was progress again, and never for more than the threshold, so that a
// stall does not slow the pace.
type pace struct {
	steps   float32 // visible ones: a record, or 0.01 % of the size if that is more
	records float32
	seconds float32
}

// add takes in progress after so many business seconds.
func (p *pace) add(records, size, seconds float64) {
	steps := max(1, min(burst, records/max(1, size/1e4)))
	kept := math.Exp2(-seconds / halfLife)
	p.steps = float32(float64(p.steps)*kept + steps)
	p.records = float32(float64(p.records)*kept + records)
	p.seconds = float32(float64(p.seconds)*kept + seconds)
}

// perSecond returns the records per business second; 0 if too little is known.
func (p *pace) perSecond() float64 {
	if p.seconds < 2*3600 || p.steps < 3 {
		return 0
	}
	return float64(p.records / p.seconds)
}

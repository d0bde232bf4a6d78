package progress

import "math"

const (
	// The weight of what was seen of a pace halves with each halfLife of business
	// time, but not before halfLifeSteps more steps: a slow campaign is remembered
	// longer.
	halfLife      = 6 * 3600
	halfLifeSteps = 16

	// From a percentage on, campaigns tend to slow down: fewer steps count.
	slowsDown  = 80
	laterSteps = 4

	// burst is how many steps count at most between two responses: many records
	// that are closed at a stroke say little of how long the next call takes.
	burst = 4
)

// pace is the recent progress of a campaign and the business time that it took, the
// latest weighted most. Time without progress counts only once
// there was progress again, and never for more than the threshold, so that a
// stall does not slow the pace.
type pace struct {
	records, seconds float32 // remembered for hours, for the expected finish

	// For the threshold: visible steps, each a record, or 0.01 % of the size if that
	// is more. Only the latest steps count, so that the threshold follows a campaign
	// that slows down in its tail.
	steps, stepSeconds float32
}

// add records progress after that many business seconds.
func (p *pace) add(records, size, percent, seconds float64) {
	steps := max(1, min(burst, records/max(1, size/1e4)))
	forget := math.Exp2(-steps / halfLifeSteps)
	if percent >= slowsDown {
		forget = math.Exp2(-steps / laterSteps)
	}
	p.steps = float32(float64(p.steps)*forget + steps)
	p.stepSeconds = float32(float64(p.stepSeconds)*forget + seconds)
	forget = max(math.Exp2(-steps/halfLifeSteps), math.Exp2(-seconds/halfLife))
	p.records = float32(float64(p.records)*forget + records)
	p.seconds = float32(float64(p.seconds)*forget + seconds)
}

// perSecond returns the records per business second; 0 if too little is known.
func (p *pace) perSecond() float64 {
	if p.seconds < 2*3600 || p.steps < 3 {
		return 0
	}
	return float64(p.records / p.seconds)
}

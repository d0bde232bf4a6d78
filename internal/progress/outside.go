package progress

import (
	"math"

	"thulium_exporter/thulium"
)

// outside returns how many records of the campaign were certainly completed
// outside business hours: since the previous response, which has to have listed
// the campaign, and only if no business time passed.
func (c *tracked) outside(entry thulium.Campaign, k *clock) float64 {
	now := referenceOf(entry)
	if !k.closed() || c.reborn(now) {
		return 0
	}
	difference, uncertainty := now.since(reference{c.done(), c.records})
	return max(0, math.Ceil(difference-uncertainty))
}

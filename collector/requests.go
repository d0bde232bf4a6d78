package collector

import (
	"sync/atomic"

	"thulium_exporter/thulium"
)

// Requests counts requests by result. The zero value is ready to use; it is
// safe for concurrent use.
type Requests struct {
	counts [thulium.NumResults]atomic.Uint64
}

// Observe counts one request.
func (r *Requests) Observe(result thulium.Result) { r.counts[result].Add(1) }

// snapshot returns the counts of this moment.
func (r *Requests) snapshot() (counts [thulium.NumResults]uint64) {
	for i := range r.counts {
		counts[i] = r.counts[i].Load()
	}
	return counts
}

package main

import (
	"fmt"
	"math/rand/v2"
)

// faults are the outages of the exporter and of the API behind it.
type faults struct {
	apiUntil      int64
	exporterUntil int64
	pods          int
	now           int64
}

// step draws this minute's outages: about one failed request a day, an outage
// of the API a week and a long one a month, a restart of the exporter a week
// and an outage every three weeks.
func (f *faults) step(r *rand.Rand, now int64) {
	f.now = now
	switch {
	case chance(r, 24*60):
		f.api(1)
	case chance(r, 7*24*60):
		f.api(5 + r.IntN(55))
	case chance(r, 30*24*60):
		f.api(120 + r.IntN(12*60))
	case chance(r, 7*24*60): //nolint:gocritic // another draw than the one above
		f.exporter(1 + r.IntN(2))
		f.pods += r.IntN(2)
	case chance(r, 20*24*60):
		f.exporter(10 + r.IntN(170))
	}
}

func (f *faults) api(minutes int) { f.apiUntil = max(f.apiUntil, f.now+int64(minutes)*minute) }
func (f *faults) exporter(minutes int) {
	f.exporterUntil = max(f.exporterUntil, f.now+int64(minutes)*minute)
}

func (f *faults) apiUp() bool      { return f.now >= f.apiUntil }
func (f *faults) exporterUp() bool { return f.now >= f.exporterUntil }

// instance is the address of the exporter; a new pod has a new one.
func (f *faults) instance() string { return fmt.Sprintf("exporter-%d:10069", f.pods) }

// outages says of each minute, by its number, whether one Prometheus server does
// not run. A server that is prone has outages and not only restarts.
func outages(seed uint64, minutes int, prone bool) []bool {
	r, down, until := rand.New(rand.NewPCG(seed, 2)), make([]bool, minutes), 0
	for i := range down {
		until = max(until, i+failure(r, prone))
		down[i] = i < until
	}
	return down
}

// failure draws for how many minutes a server stops now; mostly it does not.
func failure(r *rand.Rand, prone bool) int {
	switch {
	case chance(r, 7*24*60):
		return 1 + r.IntN(4)
	case prone && chance(r, 14*24*60):
		return 10 + r.IntN(6*60)
	case prone && chance(r, 180*24*60):
		return 13*60 + r.IntN(7*60)
	}
	return 0
}

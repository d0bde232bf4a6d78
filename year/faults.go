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

// outages are the times when one Prometheus server does not run.
type outages struct {
	r     *rand.Rand
	prone bool // also has outages, not only restarts
	until int64
}

func newOutages(seed uint64, prone bool) *outages {
	return &outages{r: rand.New(rand.NewPCG(seed, 2)), prone: prone}
}

// down draws whether the server stands still in this minute.
func (o *outages) down(now int64) bool {
	n := 0
	switch {
	case chance(o.r, 7*24*60):
		n = 1 + o.r.IntN(4)
	case o.prone && chance(o.r, 14*24*60):
		n = 10 + o.r.IntN(6*60)
	case o.prone && chance(o.r, 180*24*60):
		n = 13*60 + o.r.IntN(7*60)
	}
	o.until = max(o.until, now+int64(n)*minute)
	return now < o.until
}

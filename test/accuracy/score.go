package main

import (
	"math"
	"slices"
)

// tally is the score of one watcher over all years.
type tally struct {
	alarms, wrong, repeated int // repeated: again in a stall that had been reported
	lively, livelyWrong     int // of campaigns with eight steps an hour
	outside, overstay       int
	stalls, missed          int // that were visible for 15 minutes past the threshold of then
	delays, timed           float64
	around                  [causes]rowTally
	falsehoods              []*alarm
}

// rowTally is a row of the table.
type rowTally struct{ happened, alarms, wrong, stalls, missed int }

// result is what came of all years.
type result struct {
	seeds    int
	days     int
	updates  int
	tallies  [watchers]tally
	finals   []finish
	differ   int
	verdicts int
	lively   int
	usual    int
}

// visibleEnough is for how many minutes past the threshold a stall has to be seen
// to count, reported or not.
const visibleEnough = 15

func (r *result) add(y *year) {
	r.seeds++
	r.updates += y.updates
	r.finals = append(r.finals, y.finals...)
	r.differ += y.differ
	r.verdicts += y.verdicts
	r.lively += y.lively
	r.usual += y.usual
	for who := range watchers {
		t := &r.tallies[who]
		t.overstay += y.watchers[who].overstay
		for _, a := range y.watchers[who].all {
			t.alarm(a)
		}
		for _, s := range y.stalls {
			t.stall(s, &s.watched[who])
		}
		for what, n := range y.count {
			t.around[what].happened += n
		}
	}
}

func (t *tally) alarm(a *alarm) {
	wrong := !a.right()
	t.alarms++
	t.wrong += count(wrong)
	if wrong {
		t.falsehoods = append(t.falsehoods, a)
	}
	t.outside += count(a.outside)
	if a.around[lively] {
		t.lively++
		t.livelyWrong += count(wrong)
	}
	if !wrong && a.delay >= 0 && a.threshold == stalledAfter {
		t.delays, t.timed = t.delays+a.delay, t.timed+1
	}
	for what, so := range a.around {
		if so {
			t.around[what].alarms++
			t.around[what].wrong += count(wrong)
		}
	}
}

func (t *tally) stall(s *stall, w *watched) {
	t.repeated += max(0, w.reported-1)
	missed := w.reported == 0
	if w.visible < visibleEnough {
		return
	}
	t.stalls++
	t.missed += count(missed)
	around := s.around
	for what := range causes {
		if what.isStall() {
			around[what] = what == s.why
		}
		if around[what] {
			t.around[what].stalls++
			t.around[what].missed += count(missed)
		}
	}
}

func count(so bool) int {
	if so {
		return 1
	}
	return 0
}

// share is a part in percent; all if there is nothing.
func share(part, whole int) float64 {
	if whole == 0 {
		return 100
	}
	return 100 * float64(part) / float64(whole)
}

func (t *tally) precision() float64       { return share(t.alarms-t.wrong, t.alarms) }
func (t *tally) livelyPrecision() float64 { return share(t.lively-t.livelyWrong, t.lively) }
func (t *tally) recall() float64          { return share(t.stalls-t.missed, t.stalls) }

// delay is the mean one in business hours, for the configured threshold.
func (t *tally) delay() float64 { return t.delays / max(1, t.timed) / 3600 }

// errors returns the median and the 80th percentile of how far expected finishes
// were off, in percent of what remained, and the mean with its sign.
func (r *result) errors(keep func(finish) bool) (n int, median, p80, mean float64) {
	var off []float64
	for _, f := range r.finals {
		if keep(f) {
			off = append(off, 100*math.Abs(f.off))
			mean += 100 * f.off
		}
	}
	if len(off) == 0 {
		return 0, 0, 0, 0
	}
	slices.Sort(off)
	return len(off), off[len(off)/2], off[len(off)*8/10], mean / float64(len(off))
}

package main

import "time"

// year is what came of one seed.
type year struct {
	*centre

	floor     floor
	observers [watchers]*observer
	system    system
	silent    int // minutes without a response
}

// simulate lives through some days.
func simulate(seed uint64, from time.Time, days int) *year {
	y := &year{centre: newCentre(seed, from)}
	y.floor.centre = y.centre
	for who := range y.observers {
		y.observers[who] = y.newObserver(who)
	}
	for end := from.AddDate(0, 0, days).Unix(); y.now < end; {
		y.step()
		y.respond()
	}
	return y
}

// respond shows a response to the watchers. After a long time without any, the exporter
// is restarted first.
func (y *year) respond() {
	if y.now < y.silentTil {
		y.silent++
		return
	}
	entries, listed := y.response()
	for who, o := range y.observers {
		if y.silent >= 30 {
			y.restart(who, o)
		}
		y.observe(who, entries, listed)
	}
	y.silent = 0
}

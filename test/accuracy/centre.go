package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"thulium_exporter/internal/business"
	"thulium_exporter/thulium"
)

const (
	minute = 60
	slots  = 30 // how many campaigns run side by side

	// night is the step while nobody works.
	night = 10 * minute
)

// centre is a contact centre, its Thulium and what happens to both. The same
// seed gives the same year.
type centre struct {
	r    *rand.Rand
	now  int64
	spec business.Spec
	day  *business.Calendar // business hours of the centre
	late *business.Calendar // of its evening campaigns

	slot   [slots]*campaign
	nextAt [slots]int64
	freed  []string // IDs that may be used again
	born   int

	lunch float64 // share of the agents that work at lunch
	tail  float64 // percent from which campaigns have their gradual tail

	haltedUntil   int64
	halting       cause
	apiUntil      int64
	exporterUntil int64
	partialUntil  int64

	last  [causes]int64 // when something happened to all
	count [causes]int

	changed bool        // what is configured has changed
	listed  []*campaign // in the latest response
	stalls  []*stall
	finals  []finish
}

func newCentre(seed uint64, from time.Time) *centre {
	r := rand.New(rand.NewPCG(seed, 1))
	c := &centre{r: r, now: from.Unix(), lunch: between(r, 0.2, 0.5), tail: between(r, 80, 97)}
	c.build()
	return c
}

// build makes the calendars of the current spec.
func (w *centre) build() {
	w.day = must(business.New(w.spec))
	late := w.spec
	late.Windows = []business.Window{{
		Weekdays: []string{"monday:friday"}, Times: []business.TimeRange{{Start: "14:00", End: "20:00"}},
	}}
	w.late = must(business.New(late))
	for _, c := range w.slot {
		if c != nil {
			c.hours = w.hours(c)
		}
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err) // the specs are constants of this program
	}
	return value
}

func (w *centre) hours(c *campaign) *business.Calendar {
	if c.evening {
		return w.late
	}
	return w.day
}

// at is a simulated instant.
func at(unix int64) time.Time { return time.Unix(unix, 0).UTC() }

// passed is the business seconds between two instants.
func passed(c *business.Calendar, from, to int64) float64 {
	return c.SecondsUntil(at(to)) - c.SecondsUntil(at(from))
}

// in is the instant after some business hours.
func in(c *business.Calendar, now int64, hours float64) int64 {
	t, _ := c.After(at(now), hours*3600)
	return t.Unix()
}

// step lives through a minute, or through ten at night.
func (w *centre) step() {
	length := int64(minute)
	if !w.day.OpenAt(at(w.now)) && passed(w.day, w.now-night, w.now+night) == 0 {
		length = night
	}
	w.now += length
	open, share := w.day.OpenAt(at(w.now-1)), w.share()
	w.fail(length)
	if open {
		w.disturb()
	}
	for i, c := range w.slot {
		switch {
		case c == nil && w.now >= w.nextAt[i]:
			w.slot[i], w.changed = w.begin(), true
		case c != nil:
			w.live(c, share)
			if c.gone {
				w.end(i, c)
			}
		}
	}
}

// share is how much is worked at this time of the day, with lunch at noon.
func (w *centre) share() float64 {
	clock := at(w.now).In(w.day.Location())
	if clock.Hour() == 12 {
		return w.lunch
	}
	return 1 + 0.3*math.Sin(float64(clock.Hour()*60+clock.Minute())/720*2*math.Pi)
}

// begin returns the next campaign.
func (w *centre) begin() *campaign {
	c := &campaign{listed: true, tail: 100}
	w.name(c)
	hours := between(w.r, 18, 150)
	c.rate = 5 * math.Exp(w.r.Float64()*math.Log(600))
	if w.r.IntN(100) < 15 {
		c.rate = between(w.r, 0.5, 4.4)
	}
	c.loaded = int(min(400_000, max(20, c.rate*hours)))
	c.records = c.loaded
	if w.r.IntN(3) > 0 {
		c.tail = min(99, w.tail+between(w.r, -3, 3))
	}
	c.quiet, c.silentFrom = w.r.IntN(4) == 0, w.now
	switch n := w.r.IntN(100); {
	case n < 5:
		c.evening = true
	case n < 8:
		c.trickle, c.disturbed = true, true
	case n < 12:
		c.callback = true
		c.rate = between(w.r, 0.05, 1)
	}
	c.hours = w.hours(c)
	switch n := w.r.IntN(100); {
	case n < 12:
		c.waitUntil = in(c.hours, w.now, between(w.r, 0.5, 36))
		w.mark(c, waited)
	case n < 17:
		c.records = 0
		c.waitUntil = in(c.hours, w.now, between(w.r, 0.5, 8))
		w.mark(c, waited)
	}
	return c
}

// name gives a campaign a new ID, or one that was used before.
func (w *centre) name(c *campaign) {
	if n := len(w.freed); n > 0 && w.r.IntN(3) == 0 {
		i := w.r.IntN(n)
		c.id = w.freed[i]
		w.freed = append(w.freed[:i], w.freed[i+1:]...)
		w.mark(c, reuse)
		return
	}
	w.born++
	c.id = fmt.Sprintf("%05d", w.born)
}

func (w *centre) end(i int, c *campaign) {
	w.close(c)
	w.freed = append(w.freed, c.id)
	w.slot[i], w.nextAt[i] = nil, w.now+int64(w.r.IntN(24*60))*minute
}

// mark notes that something happened to a campaign.
func (w *centre) mark(c *campaign, what cause) {
	c.last[what] = w.now
	w.count[what]++
}

// response is what the API says now; not ok during outages.
func (w *centre) response() (_ []thulium.Campaign, ok bool) {
	if w.now < w.apiUntil || w.now < w.exporterUntil {
		return nil, false
	}
	var list []thulium.Campaign
	w.listed = w.listed[:0]
	for _, c := range w.slot {
		if c == nil || !c.listed || w.now < w.partialUntil && w.r.IntN(3) > 0 {
			continue
		}
		list = append(list, c.entry())
		w.listed = append(w.listed, c)
	}
	return list, true
}

// chance is true once in so many minutes.
func (w *centre) chance(minutes float64) bool { return w.r.Float64()*minutes < 1 }

// between draws a number evenly from a range.
func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

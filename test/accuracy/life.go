package main

import (
	"fmt"
	"slices"
	"time"

	"thulium_exporter/internal/business"
)

// live is a minute of a campaign.
func (w *centre) live(c *campaign, share float64) {
	switch {
	case c.pausedUntil > 0:
		if w.now >= c.pausedUntil {
			c.pausedUntil, c.listed, c.silentFrom = 0, true, w.now
			w.mark(c, pause)
		}
		return
	case c.leavesAt > 0:
		w.leave(c)
		return
	}
	open := c.hours.OpenAt(at(w.now - 1))
	if open && w.now >= c.waitUntil {
		w.work(c, share)
	} else if !open && w.now > c.waitUntil && !w.silent(c) && c.hours.OpenAt(at(w.now-5*minute)) {
		c.dial(w.r, 0.1) // the last calls of the day
	}
	w.watch(c, open)
	if c.finished() {
		w.finished(c)
	}
}

// leave ends a finished campaign, or continues it with more records.
func (w *centre) leave(c *campaign) {
	if w.now < c.leavesAt {
		return
	}
	c.leavesAt = 0
	if w.r.IntN(7) == 0 {
		c.records += c.records/5 + 10
		c.disturbed = true
		w.mark(c, topUp)
		return
	}
	c.listed, c.gone = false, true
}

func (w *centre) finished(c *campaign) {
	c.leavesAt = w.now + int64(w.r.IntN(24*60)+1)*minute
	if !c.disturbed {
		w.finals = append(w.finals, c.shown.at(w.now, c)...)
	}
	c.shown = finishes{}
	c.disturbed = true // it has ended once
}

// work is a minute of a campaign in its business hours.
func (w *centre) work(c *campaign, share float64) {
	if c.records == 0 {
		c.records = c.loaded
	}
	w.event(c)
	if c.trickle && c.records < 4*c.loaded {
		c.records += poisson(w.r, c.rate*c.slowdown()/60/2)
	}
	if !w.silent(c) {
		c.dial(w.r, share)
	} else if w.now < c.silentUntil {
		w.tamper(c)
	}
}

// silent reports whether nobody calls for the campaign.
func (w *centre) silent(c *campaign) bool { return w.now < c.silentUntil || w.now < w.haltedUntil }

// tamper changes the records of a campaign for which nobody calls.
func (w *centre) tamper(c *campaign) {
	switch {
	case c.silence == adding && w.chance(5):
		c.records += 1 + w.r.IntN(20)
		c.disturbed = true
	case c.silence == shrinking && w.chance(40):
		c.records -= (c.records - c.done) / 20
		c.disturbed = true
	}
}

// event lets something happen to a campaign for which somebody calls.
func (w *centre) event(c *campaign) {
	if w.silent(c) || c.callback || c.quiet {
		return
	}
	soon := passed(c.hours, w.now, w.now+90*minute) < 90*minute
	switch {
	case soon && w.chance(40*60):
		w.quiet(c, eveningStall, between(w.r, 2.2, 6))
	case w.chance(80 * 60):
		w.neglect(c)
	case w.chance(120 * 60):
		w.quiet(c, shortBreak, 0.25+1.5*min(w.r.Float64(), w.r.Float64()))
	case w.chance(85 * 60):
		c.pausedUntil, c.listed = w.now+int64(5+w.r.IntN(36*60))*minute, false
		c.disturbed = true
		w.mark(c, pause)
		w.close(c)
	case c.records < 2*c.loaded && w.chance(60*60):
		c.records += int(float64(c.loaded)*between(w.r, 0.001, 0.5)) + 1
		c.disturbed = true
		w.mark(c, topUp)
	case w.chance(150 * 60):
		c.records -= int(float64(c.records-c.done) * 0.5 * w.r.Float64())
		c.disturbed = true
		w.mark(c, removal)
	case w.chance(300 * 60):
		w.archive(c)
	case w.chance(400 * 60):
		n := min(c.records-c.done, int(float64(c.records)*between(w.r, 0.01, 0.2)))
		c.done, c.calls, c.disturbed = c.done+n, c.calls+n, true
		w.mark(c, bulk)
	case w.chance(600 * 60):
		w.rename(c)
	case w.chance(900 * 60):
		c.listed, c.gone = false, true
	}
}

// quiet lets nobody call for some business hours.
func (w *centre) quiet(c *campaign, why cause, hours float64) {
	c.silence = why
	c.silentUntil = in(c.hours, w.now, hours)
	if why.isStall() {
		c.disturbed = true
	}
	w.mark(c, why)
}

func (w *centre) neglect(c *campaign) {
	switch w.r.IntN(5) {
	case 0:
		w.quiet(c, long, between(w.r, 12, 36))
	case 1:
		w.quiet(c, adding, between(w.r, 2.2, 10))
	case 2:
		w.quiet(c, shrinking, between(w.r, 2.2, 10))
	default:
		w.quiet(c, inDay, between(w.r, 1.8, 7))
	}
}

// archive takes out records that are done; sometimes nobody calls afterwards.
func (w *centre) archive(c *campaign) {
	n := int(float64(c.done) * between(w.r, 0.05, 0.5))
	c.records, c.done, c.disturbed = c.records-n, c.done-n, true
	if w.r.IntN(2) == 0 {
		w.quiet(c, inDay, between(w.r, 1, 5))
	}
	w.mark(c, archive)
}

// rename gives a campaign another ID while it runs.
func (w *centre) rename(c *campaign) {
	w.close(c)
	w.born++
	w.freed = append(w.freed, c.id)
	c.id = fmt.Sprintf("%05d", w.born)
	c.disturbed, w.changed = true, true
	w.mark(c, rename)
}

// fail draws outages, as often by day as by night.
func (w *centre) fail(length int64) {
	chance := func(days float64) bool { return w.chance(days * 24 * 3600 / float64(length)) }
	switch {
	case chance(1):
		w.api(1)
	case chance(7):
		w.api(5 + w.r.IntN(55))
	case chance(30):
		w.api(120 + w.r.IntN(12*60))
	case chance(8):
		w.exporter(1 + w.r.IntN(2))
	case chance(20):
		w.exporter(10 + w.r.IntN(170))
	case chance(6):
		w.partialUntil = w.now + int64(1+w.r.IntN(5))*minute
		w.happened(partial)
	}
}

func (w *centre) api(minutes int) {
	w.apiUntil = max(w.apiUntil, w.now+int64(minutes)*minute)
	w.happened(apiOutage)
}

func (w *centre) exporter(minutes int) {
	w.exporterUntil = max(w.exporterUntil, w.now+int64(minutes)*minute)
	w.happened(exporterOutage)
}

// happened notes what happened to all campaigns.
func (w *centre) happened(what cause) {
	w.last[what] = w.now
	w.count[what]++
}

// disturb draws what happens to all campaigns in business hours.
func (w *centre) disturb() {
	switch {
	case w.now < w.haltedUntil:
	case w.chance(30 * 12 * 60):
		w.halt(halt, between(w.r, 1.2, 5))
	case w.chance(25 * 12 * 60):
		w.halt(training, between(w.r, 0.5, 1.5))
	case w.chance(60 * 12 * 60):
		w.edit()
	}
}

func (w *centre) halt(why cause, hours float64) {
	w.haltedUntil, w.halting = in(w.day, w.now, hours), why
	w.happened(why)
	for _, c := range w.slot {
		if c != nil && why.isStall() {
			c.disturbed = true
		}
	}
}

// edit closes or opens a date within two weeks, or corrects one of the last two.
func (w *centre) edit() {
	date := at(w.now).Add(time.Duration(w.r.IntN(28)-13) * 24 * time.Hour)
	if w.r.IntN(2) == 0 {
		w.shut(date)
	} else {
		for date.Weekday() != time.Saturday {
			date = date.AddDate(0, 0, 1)
		}
		w.open(date)
	}
	w.changed = true
	w.happened(calendarEdit)
	w.build()
}

// shut closes a date.
func (w *centre) shut(date time.Time) {
	if day := date.Format(time.DateOnly); !w.dated(day) {
		w.spec.ClosedDates = append(w.spec.ClosedDates, day)
	}
}

// dated reports whether a date has hours of its own already.
func (w *centre) dated(day string) bool {
	return slices.Contains(w.spec.ClosedDates, day) ||
		slices.ContainsFunc(w.spec.OpenDates, func(d business.OpenDate) bool { return d.Date == day })
}

// open makes a date a working day.
func (w *centre) open(date time.Time) {
	day := date.Format(time.DateOnly)
	if w.dated(day) {
		return
	}
	w.spec.OpenDates = append(w.spec.OpenDates, business.OpenDate{
		Date: day, Times: []business.TimeRange{{Start: "10:00", End: "16:00"}},
	})
}

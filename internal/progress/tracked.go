package progress

import "thulium_exporter/thulium"

const (
	// restPeriod is the business time without progress after which a fall of the
	// completed records cannot hide a call that was made just now.
	restPeriod = 30 * 60

	// reuse is the share of the completed records below which a campaign that has
	// another size is another campaign with the same ID, or a list started over.
	reuse = 0.1
)

// tracked is what a tracker remembers of a campaign. There may be half a million
// of them, hence instants in Unix seconds and floats of 32 bits.
type tracked struct {
	id       string
	settings *Settings // those of the latest update; nil after a restart

	records, percent float64 // as of the latest response that listed it

	reference reference
	since     int64   // when the idle clock started
	idle      float64 // business seconds since then
	recount   bool    // idle has to be computed from the calendar

	started    bool  // it completed a record once
	progressed int64 // when it last completed a record, as far as known; else 0
	pace       pace
}

// reference is the completed records at the latest progress, and the size of the
// campaign that rounded them.
type reference struct{ done, size float64 }

func referenceOf(entry thulium.Campaign) reference {
	return reference{done: entry.CompletionPercent / 100 * entry.Records, size: entry.Records}
}

// since returns how many records were completed since an earlier reference, and
// by how much that may be off because the API rounds percentages to two decimals:
// a hair less, so that one step of the last digit is a difference.
func (r reference) since(earlier reference) (difference, uncertainty float64) {
	return r.done - earlier.done, 0.00005 * (1 - 1e-6) * (r.size + earlier.size)
}

// progress returns how many records were completed since an earlier reference, 0
// if that may be rounding.
func (r reference) progress(earlier reference) float64 {
	if difference, uncertainty := r.since(earlier); difference > uncertainty {
		return difference
	}
	return 0
}

func (c *tracked) done() float64  { return c.percent / 100 * c.records }
func (c *tracked) empty() bool    { return c.records <= 0 }
func (c *tracked) finished() bool { return !c.empty() && c.percent >= 100 }

// clockless reports whether there is nothing that the campaign could do.
func (c *tracked) clockless() bool { return c.empty() || c.finished() }

// begin forgets everything, as for a campaign that was never seen.
func (c *tracked) begin(entry thulium.Campaign, k *clock) {
	*c = tracked{settings: c.settings}
	c.see(entry)
	c.started = c.done() > 0
	c.rewind(k)
}

// see stores the values of the response, including the ID, so that its text is in
// memory once.
func (c *tracked) see(entry thulium.Campaign) {
	c.id, c.records, c.percent = entry.ID, entry.Records, entry.CompletionPercent
}

// rewind starts the idle clock again.
func (c *tracked) rewind(k *clock) {
	c.reference = reference{c.done(), c.records}
	c.since, c.idle, c.recount = k.at, 0, false
}

// reborn reports whether this is another campaign with the ID of a known one, or
// one whose list was started over.
func (c *tracked) reborn(now reference) bool {
	done := c.done()
	return done > 0 && (now.done == 0 || now.size != c.records && now.done < reuse*done)
}

// observe updates the campaign with its entry of a response. Seen is false if the
// previous one is too old to draw conclusions on the time between.
func (c *tracked) observe(entry thulium.Campaign, k *clock, seen bool) {
	now := referenceOf(entry)
	if c.reborn(now) {
		c.begin(entry, k)
		return
	}
	clockless, latest := c.clockless(), reference{c.done(), c.records}
	c.see(entry)
	records := max(now.progress(c.reference), now.progress(latest))
	switch {
	case records > 0:
		c.advance(records, k, seen)
	case !seen || clockless || c.clockless():
		c.rewind(k)
	case c.reference.progress(now) > 0:
		c.fall(now, k)
	default:
		c.age(k)
	}
}

// advance records progress.
func (c *tracked) advance(records float64, k *clock, seen bool) {
	c.age(k)
	if seen && c.progressed != 0 {
		c.pace.add(records, c.records, c.percent, min(c.idle, c.threshold()))
	}
	c.started, c.progressed = true, k.at
	c.rewind(k)
}

// fall records that there are fewer completed records: some were archived, reset or
// removed. It may hide a call, unless the campaign has been idle for long.
func (c *tracked) fall(now reference, k *clock) {
	c.age(k)
	if c.idle < restPeriod || k.passed > pause {
		c.rewind(k)
		return
	}
	c.reference = now
}

// age updates the idle time. While the calendar is the same, it grows by the
// business time between the responses. Outside business hours it never grows,
// whatever an outage hid or a new calendar says: recount then defers the change
// until they begin.
func (c *tracked) age(k *clock) {
	idle := c.idle + k.passed
	if c.recount {
		idle = max(0, k.now-k.until(c.since))
	}
	c.recount = !k.open && idle > c.idle
	if !c.recount {
		c.idle = idle
	}
}

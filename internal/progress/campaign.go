package progress

import (
	"math"

	"thulium_exporter/thulium"
)

const (
	pause       = 10 * 60        // business seconds of absence after which the idle clock starts again
	outage      = 10 * 60        // business seconds without a response in which fewer completed records may hide calls
	departedFor = 4 * 3600       // business seconds for which a departed campaign is published
	rememberFor = 14 * 24 * 3600 // seconds for which an absent campaign is remembered
	nearlyDone  = 99.5           // percent: a campaign that leaves from there on is finished

	// reuse is the share of the completed records below which a campaign that has
	// another size is another campaign with the same ID, or a list started over.
	reuse = 0.1
)

// tracked is what a tracker remembers of a campaign, and what the state file keeps of
// it. There may be half a million of them, hence instants in Unix seconds and floats
// of 32 bits.
type tracked struct {
	ID      string  `json:"id,omitempty"`
	Records float64 `json:"records,omitempty"` // as of the latest response that listed it, like the next
	Percent float64 `json:"percent,omitempty"`

	reference
	Since int64   `json:"since,omitempty"` // when the idle clock started
	Idle  float64 `json:"idle,omitempty"`  // business seconds since then

	excuse         // the latest since then
	look   *looked // nil: never

	Progressed int64 `json:"progressed,omitempty"` // when it last completed a record, as far as known
	pace
	Begun   float32 `json:"begun,omitempty"` // the idle time from which on it counted as stalled; 0: it does not, or is not looked at
	away    float32 // business seconds since it left
	Started bool    `json:"started,omitempty"` // it completed a record once
	recount bool    // idle has to be computed from the calendar

	Days *Days `json:"days,omitempty"` // nil before the first day with business hours

	Left int64 `json:"left,omitempty"` // when the first response without it arrived; 0 while it is listed

	settings *Settings // those of the latest update; nil after a restart
}

// reference is the completed records at the latest progress, and the size of the
// campaign that rounded them.
type reference struct {
	Done float64 `json:"done,omitempty"`
	Size float64 `json:"size,omitempty"`
}

// excuse is that another campaign progressed, or that a look showed that agents work.
type excuse struct {
	ExcusedBy  string  `json:"excused_by,omitempty"`  // that campaign; empty: a look
	Excused    int64   `json:"excused,omitempty"`     // when that was
	ExcusedFor float32 `json:"excused_for,omitempty"` // the threshold of that campaign, in business seconds
}

// gained returns how many records were completed since an earlier reference, and
// by how much that may be off because the API rounds percentages to two decimals:
// a hair less, so that one step of the last digit is a difference.
func (r reference) gained(earlier reference) (difference, uncertainty float64) {
	return r.Done - earlier.Done, 0.00005 * (1 - 1e-6) * (r.Size + earlier.Size)
}

// progress returns how many records were completed since an earlier reference, 0
// if that may be rounding.
func (r reference) progress(earlier reference) float64 {
	if difference, uncertainty := r.gained(earlier); difference > uncertainty {
		return difference
	}
	return 0
}

// startsOver reports whether this is another campaign with the ID of an earlier one,
// or one whose list was started over.
func (r reference) startsOver(earlier reference) bool {
	return earlier.Done > 0 && (r.Done == 0 || r.Size != earlier.Size && r.Done < reuse*earlier.Done)
}

func (c *tracked) done() float64     { return c.Percent / 100 * c.Records }
func (c *tracked) left() float64     { return c.Records - c.done() }
func (c *tracked) listed() reference { return reference{c.done(), c.Records} }
func (c *tracked) empty() bool       { return c.Records <= 0 }
func (c *tracked) finished() bool    { return !c.empty() && c.Percent >= 100 }
func (c *tracked) nothingToDo() bool { return c.empty() || c.finished() }
func (c *tracked) departed() bool    { return c.Percent < nearlyDone && c.away < departedFor }
func (c *tracked) set(entry thulium.Campaign) {
	c.ID, c.Records, c.Percent = entry.ID, entry.Records, entry.CompletionPercent
}

// configure applies settings as of an update. No instant is after that, even if
// the machine's clock was set back.
func (c *tracked) configure(settings *Settings, at int64) {
	c.recount = c.recount || c.settings == nil || c.settings.Calendar != settings.Calendar
	c.settings = settings
	if settings.Pool == "" && !settings.Diagnose {
		c.excuse = excuse{}
	}
	c.Since, c.Progressed, c.Left, c.Excused = min(c.Since, at), min(c.Progressed, at), min(c.Left, at), min(c.Excused, at)
}

// reset forgets everything, as for a campaign that was never seen.
func (c *tracked) reset(entry thulium.Campaign, k *clock) {
	*c = tracked{settings: c.settings}
	c.set(entry)
	c.Started = c.done() > 0
	c.begin(k)
	c.restartClock(k)
}

// restartClock starts the idle clock again.
func (c *tracked) restartClock(k *clock) {
	c.reference = c.listed()
	c.Since, c.Idle, c.recount = k.at, 0, false
	c.look, c.Begun = c.look.forget(), 0
	c.excuse = excuse{}
}

// update applies the campaign's entry of a response, and returns how many records
// were completed, and how many of them certainly outside business hours.
func (c *tracked) update(entry thulium.Campaign, k *clock) (records, outside float64) {
	c.begin(k)
	wasListed, paused := c.Left == 0, false
	if !wasListed {
		c.age(k)
		paused = c.away >= pause
		c.Left, c.away, c.recount = 0, 0, true
	}
	before, hadWork, reference := c.listed(), !c.nothingToDo(), c.reference
	c.set(entry)
	now := c.listed()
	if now.startsOver(before) {
		c.reset(entry, k)
		return 0, 0
	}
	if wasListed && k.closed {
		difference, uncertainty := now.gained(before)
		outside = max(0, math.Ceil(difference-uncertainty))
	}
	records = max(now.progress(reference), now.progress(before))
	fell := records == 0 && reference.progress(now) > 0 // some were archived, reset or removed
	switch {
	case records > 0:
		c.advance(records, k, paused || k.stepped)
	case paused, k.stepped, !hadWork || c.nothingToDo(), fell && k.passed > outage:
		c.restartClock(k)
	default:
		c.age(k)
	}
	if fell {
		c.reference = now
	}
	return records, outside
}

// miss records that a response does not list the campaign, and returns whether that
// has to be remembered.
func (c *tracked) miss(k *clock) bool {
	if c.Left == 0 {
		c.Left = k.at
	} else {
		c.age(k)
	}
	return !c.nothingToDo() && k.at-c.Left <= rememberFor
}

// advance records progress. Unseen is true if nothing is known of the time since the
// previous response.
func (c *tracked) advance(records float64, k *clock, unseen bool) {
	c.age(k)
	if !unseen && c.Progressed != 0 {
		seconds, counted := min(c.Idle, c.threshold()), records
		if k.passed > seconds { // calls may have gone on for all of the time between the responses
			counted *= seconds / k.passed
		}
		c.addToPace(counted, c.Records, c.Percent, seconds)
	}
	c.Started, c.Progressed = true, k.at
	c.complete(records, k)
	c.restartClock(k)
}

// age updates the idle time, or for how long the campaign has been away. While the
// calendar is the same, they grow by the business time between the responses.
// Outside business hours idle time never grows, whatever an outage hid or a new
// calendar says: recount then defers the change until they begin.
func (c *tracked) age(k *clock) {
	if c.Left != 0 {
		c.away += float32(k.passed)
		if c.recount {
			c.away = float32(max(0, k.now-k.until(c.Left)))
		}
		return
	}
	idle := c.Idle + k.passed
	if c.recount {
		idle = max(0, k.now-k.until(c.Since))
	}
	c.recount = !k.open && idle > c.Idle
	if !c.recount {
		c.Idle = idle
	}
}

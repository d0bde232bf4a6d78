package progress

import (
	"slices"
	"time"

	"thulium_exporter/thulium"
)

// update is the step from a report to the next one.
type update struct {
	clocks   clocks
	settings Lookup
	from, to *Report
	gap      bool // there was no response for so long that nothing is known of the time

	cursor  int            // where the next campaign is in the previous report, if nothing changed
	places  map[string]int // where the campaigns are there
	listed  []bool         // which of them are listed again
	back    map[string]int // where the absent ones are
	returns []bool         // which of them are listed again
}

// next returns the report after a response.
func (r *Report) next(at time.Time, campaigns []thulium.Campaign, settings Lookup) *Report {
	u := &update{
		clocks: clocks{at: at, previous: r.At}, settings: settings,
		from: r, to: &Report{At: at, OutsideHours: r.OutsideHours, campaigns: make([]tracked, len(campaigns))},
		gap: !r.At.IsZero() && Elapsed(r.At, at) > maxAge, listed: make([]bool, len(r.campaigns)),
		returns: make([]bool, len(r.absent)),
	}
	for i, entry := range campaigns {
		u.observe(&u.to.campaigns[i], entry)
	}
	u.dismiss()
	return u.to
}

// observe updates one campaign.
func (u *update) observe(c *tracked, entry thulium.Campaign) {
	if place, ok := u.place(entry.ID); ok {
		u.listed[place] = true
		*c = u.from.campaigns[place]
		k := u.adopt(c)
		u.to.OutsideHours += c.outside(entry, k)
		c.observe(entry, k, !u.gap)
		return
	}
	if place, ok := u.returned(entry.ID); ok {
		u.returns[place] = true
		a := u.from.absent[place]
		k := u.adopt(&a.tracked)
		a.age(k)
		a.recount = true
		a.observe(entry, k, !u.gap && a.away < pause)
		*c = a.tracked
		return
	}
	c.see(entry)
	c.begin(entry, u.adopt(c))
}

// adopt puts the current settings of a campaign in force, and returns the clock
// of its calendar.
func (u *update) adopt(c *tracked) *clock {
	settings := u.settings(c.id)
	c.recount = c.recount || c.settings == nil || c.settings.Calendar != settings.Calendar
	c.settings = settings
	return u.clocks.of(settings.Calendar)
}

// place returns where the campaign is in the previous report: mostly after the
// one before it, as responses tend to have the same order.
func (u *update) place(id string) (place int, ok bool) {
	previous := u.from.campaigns
	if u.cursor < len(previous) && previous[u.cursor].id == id {
		place, ok = u.cursor, true
	} else {
		place, ok = u.index()[id]
	}
	if ok {
		u.cursor = place + 1
	}
	return place, ok
}

func (u *update) index() map[string]int {
	if u.places == nil {
		u.places = make(map[string]int, len(u.from.campaigns))
		for i := range u.from.campaigns {
			u.places[u.from.campaigns[i].id] = i
		}
	}
	return u.places
}

// returned returns where the campaign is among those that were absent.
func (u *update) returned(id string) (int, bool) {
	if u.back == nil && len(u.from.absent) > 0 {
		u.back = make(map[string]int, len(u.from.absent))
		for i := range u.from.absent {
			u.back[u.from.absent[i].id] = i
		}
	}
	place, ok := u.back[id]
	return place, ok
}

// dismiss remembers the campaigns that the response does not list.
func (u *update) dismiss() {
	for i := range u.from.absent {
		if !u.returns[i] {
			u.dismissed(u.from.absent[i])
		}
	}
	for i := range u.from.campaigns {
		if !u.listed[i] {
			u.dismissed(absent{tracked: u.from.campaigns[i], left: u.to.At.Unix()})
		}
	}
	if n := len(u.to.absent) - maxAbsent; n > 0 {
		u.to.absent = slices.Delete(u.to.absent, 0, n)
	}
}

func (u *update) dismissed(a absent) {
	k := u.adopt(&a.tracked)
	if a.left < k.at {
		a.age(k)
	}
	if !a.forgettable(k) {
		u.to.absent = append(u.to.absent, a)
	}
}

// with returns the report with other settings.
func (r *Report) with(settings Lookup) *Report {
	u := &update{clocks: clocks{at: r.At, previous: r.At}, settings: settings}
	to := *r
	to.campaigns = slices.Clone(r.campaigns)
	for i := range to.campaigns {
		c := &to.campaigns[i]
		c.age(u.adopt(c))
	}
	to.absent = slices.Clone(r.absent)
	for i := range to.absent {
		a := &to.absent[i]
		a.age(u.adopt(&a.tracked))
	}
	return &to
}

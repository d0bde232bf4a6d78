package status

import (
	"runtime"
	"slices"
	"time"
)

// report is what the page says. It holds no secret.
type report struct {
	At        time.Time  `json:"now"`
	Exporter  exporter   `json:"exporter"`
	Systems   []system   `json:"systems"`                  // those that the query asks for
	Hours     string     `json:"business_hours,omitempty"` // of the one system, if there is just one
	Campaigns []campaign `json:"campaigns,omitempty"`      // likewise, if there are any

	now     time.Time     // At, in the time zone of the page
	several bool          // systems are configured
	total   total         // of all campaigns, before any filter
	paces   map[pace]int  // of the campaigns, before any filter
	states  map[state]int // of the systems, before any filter
	named   bool          // some campaign has a name
	found   bool
	present present
}

// exporter is what is known of the exporter itself.
type exporter struct {
	Version  string    `json:"version"`
	Revision string    `json:"revision"`
	Built    string    `json:"build_date"`
	Go       string    `json:"go_version"`
	Started  time.Time `json:"started"`
	Flags    []Flag    `json:"flags"`
}

// report gathers what a query asks for, and reports whether there is such a
// thing.
func (h *Handler) report(q query) (*report, bool) {
	now := stamp(h.options.Now())
	r := &report{
		At: now, Exporter: h.exporter(), Systems: []system{},
		now: now, present: present{now},
	}
	all := h.options.Systems.All()
	r.several = len(all) > 1
	one, ok := h.options.Systems.Get(q.system)
	if q.system == "" && len(all) == 1 {
		one, ok = all[0], true
	}
	switch {
	case ok:
		r.addSystem(one, q)
	case q.system == "":
		r.addSystems(all, q)
	}
	r.found = ok || q.system == ""
	return r, r.found
}

func (h *Handler) exporter() exporter {
	return exporter{
		Version:  h.options.Build.Version,
		Revision: h.options.Build.Revision,
		Built:    h.options.Build.Date,
		Go:       runtime.Version(),
		Started:  stamp(h.options.Started),
		Flags:    h.options.Flags,
	}
}

// stamp is a moment as programs read it, to the millisecond.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// addSystem reports one system with its campaigns.
func (r *report) addSystem(s System, q query) {
	r.now = r.now.In(s.Calendar.Location())
	snap := s.Latest()
	all := campaigns(s, snap)
	reported := newSystem(s, snap, all, r.present)
	r.Systems = append(r.Systems, reported)
	r.total.add(&reported)
	r.Hours = hours(s.Calendar, r.now.In(s.Calendar.Location()))
	r.paces = map[pace]int{}
	for _, c := range all {
		r.paces[c.Pace]++
		r.named = r.named || c.Name != ""
	}
	r.Campaigns = slices.DeleteFunc(all, func(c campaign) bool { return !c.matches(q) })
	column, desc := sorting(q, campaignColumns())
	sortCampaigns(r.Campaigns, column, desc)
}

// addSystems reports many systems, without their campaigns.
func (r *report) addSystems(all []System, q query) {
	r.states = map[state]int{}
	for _, s := range all {
		snap := s.Latest()
		reported := newSystem(s, snap, campaigns(s, snap), r.present)
		r.states[reported.State]++
		r.total.add(&reported)
		if reported.matches(q) {
			r.Systems = append(r.Systems, reported)
		}
	}
	column, desc := sorting(q, systemColumns())
	sortSystems(r.Systems, column, desc)
}

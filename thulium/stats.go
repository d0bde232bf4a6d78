package thulium

import "slices"

// Campaign is the state of one active outbound campaign.
type Campaign struct {
	ID                string  // as the API sent it, leading zeros kept; never empty
	Records           float64 // all its records: a whole number, 0 or more
	CompletionPercent float64 // how much of it is done: 0 to 100
}

// Stats is what the API said about the active campaigns. It is not changed
// after it was returned, so it may be shared.
type Stats struct {
	Campaigns      []Campaign // unique ids, in the order of the API
	Rejected       int        // entries that could not be used
	FirstRejection error      // why the first of them could not; nil if there is none
}

// keep drops all campaigns but the one asked for: a system that ignores the
// id sends them all.
func (a *Stats) keep(id string) {
	a.Campaigns = slices.DeleteFunc(a.Campaigns, func(c Campaign) bool { return c.ID != id })
}

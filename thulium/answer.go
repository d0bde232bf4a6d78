package thulium

import "slices"

// Campaign is the state of one active outbound campaign.
type Campaign struct {
	ID                string  // as the API sent it, leading zeros kept; never empty
	Records           float64 // all its records: a whole number, 0 or more
	CompletionPercent float64 // how much of it is done: 0 to 100
}

// Answer is what the API said about the active campaigns. It is not changed
// after it was returned, so it may be shared.
type Answer struct {
	Campaigns []Campaign // unique ids, in the order of the API
	Rejected  int        // entries that could not be used
	Rejection error      // why the first of them could not; nil if there is none
}

// add takes a campaign in, unless its id was seen before.
func (a *Answer) add(c Campaign, seen map[string]struct{}) {
	if _, ok := seen[c.ID]; ok {
		a.reject(duplicateError(c.ID))
		return
	}
	seen[c.ID] = struct{}{}
	a.Campaigns = append(a.Campaigns, c)
}

// reject counts an entry that could not be used.
func (a *Answer) reject(reason error) {
	if a.Rejected == 0 {
		a.Rejection = reason
	}
	a.Rejected++
}

// merge joins the answers to requests for single campaigns.
func merge(answers []*Answer) *Answer {
	merged := &Answer{}
	seen := make(map[string]struct{}, len(answers))
	for _, a := range answers {
		for _, c := range a.Campaigns {
			merged.add(c, seen)
		}
		if merged.Rejected == 0 {
			merged.Rejection = a.Rejection
		}
		merged.Rejected += a.Rejected
	}
	return merged
}

// keep drops all campaigns but the one asked for: a system that ignores the
// id sends them all.
func (a *Answer) keep(id string) {
	a.Campaigns = slices.DeleteFunc(a.Campaigns, func(c Campaign) bool { return c.ID != id })
}

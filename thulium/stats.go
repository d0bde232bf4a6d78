package thulium

import (
	"cmp"
	"fmt"
)

// Campaign is the state of one active outbound campaign.
type Campaign struct {
	ID                string  // as the API sent it, leading zeros kept; never empty
	Records           float64 // all its records: a whole number, 0 or more
	CompletionPercent float64 // how much of it is done: 0 to 100
}

// Stats is what the API reported about the active campaigns. It is not changed
// after it was returned, so it may be shared.
type Stats struct {
	Campaigns      []Campaign // unique IDs, in the order of the API
	Rejected       int        // invalid entries
	FirstRejection error      // what is wrong with the first of them; nil if there is none
}

// keep drops all campaigns but the requested one: a system that ignores the id
// sends them all. If only others came, that is counted as rejected, since a
// series that is missing without a word would be a puzzle.
func (s *Stats) keep(id string) {
	all := s.Campaigns
	s.Campaigns = nil
	for _, c := range all {
		if c.ID == id {
			s.Campaigns = []Campaign{c}
		}
	}
	if len(all) > 0 && s.Campaigns == nil {
		s.FirstRejection = cmp.Or(s.FirstRejection, fmt.Errorf("campaign %s was requested, the response has %q instead", id, all[0].ID))
		s.Rejected++
	}
}

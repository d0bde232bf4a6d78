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

// Stats are the active campaigns as reported by the API. They are immutable and
// may be shared.
type Stats struct {
	Campaigns      []Campaign // unique IDs, in the order of the API
	Rejected       int        // invalid entries
	FirstRejection error      // what is wrong with the first of them; nil if there is none
}

// keep drops all campaigns but the requested one, since a system that ignores the
// parameter sends all of them. If the response has only others, that counts as a
// rejected entry, so that the missing series is explained.
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

package progress

import (
	"iter"
	"time"
)

// maxAge is how long a report may be published after its response.
const maxAge = 24 * time.Hour

// Report is what is known of the campaigns of a system, as of its latest
// successful response. It never changes and is safe for concurrent use. The
// values of a campaign are worked out each time they are read.
type Report struct {
	At time.Time // when the response arrived

	// OutsideHours counts the whole records that were completed outside business
	// hours since the tracker began, as far as rounding shows them. A restart
	// without a state file starts it at 0.
	OutsideHours float64
}

// Expired reports whether the response is so old that nothing of the report may
// be published any more.
func (r *Report) Expired(now time.Time) bool { return now.Sub(r.At) > maxAge }

// Len returns the number of active campaigns.
func (r *Report) Len() int { return 0 }

// Campaigns yields the active campaigns in the order of the response.
func (r *Report) Campaigns() iter.Seq[Campaign] { return func(func(Campaign) bool) {} }

// Departed yields the campaigns that left the list before they were finished,
// within the last four business hours.
func (r *Report) Departed() iter.Seq[Departed] { return func(func(Departed) bool) {} }

package progress

import (
	"iter"
	"math"
	"time"
)

// maxAge is how long a report may be published after its response.
const maxAge = 24 * time.Hour

// Report is what is known of the campaigns of a system, as of its latest
// successful response. It never changes and is safe for concurrent use. The
// values of a campaign are computed each time they are read.
type Report struct {
	At time.Time // when the response arrived

	// OutsideHours counts the whole records that were completed outside business
	// hours since the tracker began, as far as rounding shows them. A restart
	// without a state file starts it at 0.
	OutsideHours float64

	// Idle is for how many business seconds the system as a whole has been idle, and
	// Threshold from how many on it counts as stalled; 0: unknown.
	Idle, Threshold float64

	system    tracked   // the campaigns as a whole: its clock and its pace
	campaigns []tracked // in the order of the response
	absent    []tracked // in the order in which they left
}

// Expired reports whether the response is so old that nothing of the report may
// be published any more.
func (r *Report) Expired(now time.Time) bool { return Elapsed(r.At, now) > maxAge }

// Len returns the number of active campaigns.
func (r *Report) Len() int { return len(r.campaigns) }

// Campaigns yields the active campaigns in the order of the response.
func (r *Report) Campaigns() iter.Seq[Campaign] {
	return func(yield func(Campaign) bool) {
		for i := range r.campaigns {
			if !yield(r.campaigns[i].campaign(r.At)) {
				return
			}
		}
	}
}

// Days returns what the i-th of the active campaigns completed.
func (r *Report) Days(i int) Days {
	if days := r.campaigns[i].Days; days != nil {
		return *days
	}
	return Days{}
}

// Departed yields the campaigns that left the list before they were finished,
// within the last four business hours.
func (r *Report) Departed() iter.Seq[Departed] {
	return func(yield func(Departed) bool) {
		for i := range r.absent {
			a := &r.absent[i]
			if a.departed() && !yield(Departed{ID: a.ID, Away: math.Floor(float64(a.away))}) {
				return
			}
		}
	}
}

// campaign computes the published values of a campaign, in whole seconds and rounded
// so that none counts as stalled early.
func (c *tracked) campaign(at time.Time) Campaign {
	values := Campaign{
		ID:      c.ID,
		Records: c.Records, CompletionPercent: c.Percent,
		Idle:         math.Floor(c.Idle),
		LastProgress: c.Progressed,
		Pace:         c.perSecond() * 3600,
	}
	if deadline := c.settings.Deadline; !deadline.IsZero() {
		values.Deadline = deadline.Unix()
		if seconds := c.settings.Calendar.SecondsUntil(deadline) - c.settings.Calendar.SecondsUntil(at); seconds > 0 {
			values.RequiredPace = c.left() / seconds * 3600
		}
	}
	if c.nothingToDo() {
		values.Idle = -1
	}
	if c.watched() {
		threshold := c.threshold()
		values.Threshold = c.alarm()
		if c.lookedAt() && c.Begun == 0 { // a stall begins in latch alone
			values.Threshold = max(values.Threshold, values.Idle+1)
		}
		if c.ExcusedBy != "" && values.Idle >= math.Ceil(threshold) && values.Idle < values.Threshold {
			values.WaitsFor = c.ExcusedBy
			if c.settings.Pool != "" && c.settings.Order == 0 {
				values.WaitingThreshold = math.Ceil(suspicious * threshold)
			}
		}
	}
	values.Cause, values.Look = c.why()
	if values.State = c.state(values); values.State != Stalled {
		c.finish(at, &values)
	}
	return values
}

func (c *tracked) state(values Campaign) State {
	switch {
	case c.empty():
		return Empty
	case c.finished():
		return Finished
	case values.Threshold > 0 && values.Idle >= values.Threshold:
		return Stalled
	case !c.Started:
		return Waiting
	case c.Percent >= c.settings.StalledUntil:
		return Tail
	}
	return Active
}

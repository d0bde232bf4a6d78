package status

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"thulium_exporter/collector"
)

// system is what is known of one system.
type system struct {
	Name        string        `json:"name"`
	URL         string        `json:"url"`
	Host        string        `json:"-"`
	State       state         `json:"state"`
	Title       string        `json:"summary"`
	Details     string        `json:"details"`
	Interval    time.Duration `json:"-"` // 0: asked on each scrape
	Polled      bool          `json:"polled"`
	LastSuccess time.Time     `json:"last_success,omitzero"`
	LastFailure *failure      `json:"last_failure,omitempty"`
	Next        time.Time     `json:"next_request,omitzero"` // else with the next scrape
	Open        bool          `json:"business_open"`
	Zone        string        `json:"time_zone"`
	Total       int           `json:"campaigns"`
	Stalled     int           `json:"stalled_campaigns"`
	Records     float64       `json:"records"`
	Done        float64       `json:"done_records"`
	Rejected    int           `json:"rejected_campaigns"`
	Rejection   string        `json:"first_rejection,omitempty"`
}

// newSystem reports a system whose campaigns are known already.
func newSystem(s System, snap *collector.Snapshot, campaigns []campaign, p present) system {
	v := judge(s, snap, p.now)
	reported := system{
		Name: s.Name, URL: s.URL.String(), Host: s.URL.Host,
		State: v.state, Title: v.title, Details: v.details,
		Interval: s.PollInterval, Polled: s.PollInterval > 0,
		LastSuccess: stamp(snap.LastSuccess), LastFailure: newFailure(snap), Next: stamp(snap.Next),
		Open: s.Calendar.OpenAt(p.now), Zone: s.Calendar.Location().String(),
		Total: len(campaigns),
	}
	for _, c := range campaigns {
		reported.Records += c.Records
		reported.Done += c.Records * c.Percent / 100
		if c.Pace == stalled {
			reported.Stalled++
		}
	}
	if snap.Up() && snap.Stats.Rejected > 0 {
		reported.Rejected, reported.Rejection = snap.Stats.Rejected, snap.Stats.FirstRejection.Error()
	}
	return reported
}

// percent is how much of all records is done.
func (s *system) percent() float64 {
	return total{records: s.Records, done: s.Done}.percent()
}

// served reports whether the campaigns are known.
func (s *system) served() bool { return s.State != failing && s.State != waiting }

// failed reports whether the newest request failed.
func (s *system) failed() bool { return s.LastFailure != nil && !s.LastFailure.Recovered }

// matches reports whether a search finds the system.
func (s *system) matches(q query) bool {
	if q.show != "" && q.show != string(s.State) {
		return false
	}
	return contains(s.Name, q.search) || contains(s.Host, q.search) || contains(s.Title, q.search)
}

// sortSystems sorts by a column, and by name where that is equal.
func sortSystems(all []system, column string, desc bool) {
	order := states()
	compare := map[string]func(a, b *system) int{
		"name":       func(_, _ *system) int { return 0 },
		"state":      func(a, b *system) int { return slices.Index(order, a.State) - slices.Index(order, b.State) },
		"campaigns":  func(a, b *system) int { return a.Total - b.Total },
		"stalled":    func(a, b *system) int { return a.Stalled - b.Stalled },
		"records":    func(a, b *system) int { return cmp.Compare(a.Records, b.Records) },
		"completion": func(a, b *system) int { return cmp.Compare(a.percent(), b.percent()) },
		"answered":   func(a, b *system) int { return a.LastSuccess.Compare(b.LastSuccess) },
	}[column]
	slices.SortFunc(all, func(a, b system) int {
		order := cmp.Or(compare(&a, &b), strings.Compare(a.Name, b.Name))
		if desc {
			return -order
		}
		return order
	})
}

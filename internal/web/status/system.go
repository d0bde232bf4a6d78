package status

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// maxScrapeGap is how long a system that is queried on each scrape may wait for
// one until its campaigns count as old. At a scrape interval of five minutes, the
// longest that is of use to Prometheus, one scrape may fail to arrive.
const maxScrapeGap = 11 * time.Minute

// state says how a system is.
type state string

const (
	failing   state = "failing"   // no response that can be trusted
	degraded  state = "degraded"  // the latest request failed, but the response before is fresh enough
	unscraped state = "unscraped" // no scrape for long
	waiting   state = "waiting"   // no request yet
	working   state = "working"
)

// system is what is known of one system.
type system struct {
	Name        string        `json:"name"`
	URL         string        `json:"url"`
	Host        string        `json:"-"`
	State       state         `json:"state"`
	Title       string        `json:"summary"`
	Details     string        `json:"details"`
	Interval    time.Duration `json:"-"` // 0: queried on each scrape
	Polled      bool          `json:"polled"`
	AsOf        time.Time     `json:"campaigns_as_of,omitzero"`
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

// failure is a failed request.
type failure struct {
	At        time.Time `json:"at"`
	Result    string    `json:"result"`
	Message   string    `json:"message"`
	RequestID string    `json:"request_id,omitempty"`
	Hint      string    `json:"hint,omitempty"`
	Recovered bool      `json:"recovered"`
}

// newSystem describes a system, but for its campaigns.
func newSystem(s System, w words) system {
	snap := s.Snapshot
	described := system{
		Name: s.Name, URL: s.URL.String(), Host: s.URL.Host,
		Interval: s.PollInterval, Polled: s.PollInterval > 0,
		LastSuccess: stamp(snap.LastSuccess), LastFailure: newFailure(snap), Next: stamp(snap.Next),
		Open: s.Calendar.OpenAt(w.Now), Zone: s.Calendar.Location().String(),
	}
	if snap.Progress != nil {
		described.AsOf = stamp(snap.Progress.At)
	}
	if snap.Up() && snap.Stats.Rejected > 0 {
		described.Rejected, described.Rejection = snap.Stats.Rejected, snap.Stats.FirstRejection.Error()
	}
	described.State = judge(s, w.Now)
	described.Title, described.Details = described.State.explain(s, w)
	return described
}

// newFailure describes the latest failed request; nil if none failed.
func newFailure(snap *collector.Snapshot) *failure {
	last := snap.LastFailure
	if last == nil {
		return nil
	}
	f := &failure{At: stamp(last.At), Result: "unknown", Message: thulium.Clean(last.Err.Error()), Recovered: snap.LastSuccess.After(last.At)}
	if known, ok := errors.AsType[*thulium.Error](last.Err); ok {
		plain := *known
		plain.RequestID = "" // it has a place of its own
		f.Message, f.Result, f.RequestID, f.Hint = plain.Error(), known.Result.String(), known.RequestID, known.Hint()
	}
	return f
}

// judge returns the state of a system at the moment now.
func judge(s System, now time.Time) state {
	snap := s.Snapshot
	switch {
	case snap.LastSuccess.IsZero() && snap.LastFailure == nil:
		return waiting
	case !snap.Up():
		return failing
	case snap.Err != nil:
		return degraded
	case s.PollInterval == 0 && now.Sub(snap.LastSuccess) > maxScrapeGap:
		return unscraped
	}
	return working
}

// explain returns a state in a few words, and what else there is to say of it.
func (st state) explain(s System, w words) (title, details string) {
	switch snap := s.Snapshot; st {
	case waiting:
		if s.PollInterval > 0 {
			return w.T("Waiting for the first response"), w.T("The first request is due %s.", w.In(snap.Next))
		}
		return w.T("Waiting for the first scrape"), w.T("Thulium is queried when Prometheus scrapes, never for this page.")
	case failing:
		if failure, ok := errors.AsType[*thulium.Error](snap.Err); ok {
			return w.T(failure.Result.String()), ""
		}
		return w.T("No recent response"), ""
	case degraded:
		return w.T("The latest request failed"), w.T("Showing the response of %s, kept for at most %s.", w.When(snap.LastSuccess), w.Length(s.PollMaxAge))
	case unscraped:
		return w.T("Not scraped"), w.T("Check that Prometheus runs and scrapes this exporter.")
	default:
		return w.T("Working"), ""
	}
}

// Percent is how much of all records is done.
func (s *system) Percent() float64 { return s.Done / max(s.Records, 1) * 100 }

// WholeRecords is how many records there are.
func (s *system) WholeRecords() int { return int(s.Records) }

// Known reports whether anything is known of the campaigns.
func (s *system) Known() bool { return !s.AsOf.IsZero() }

// urgency is the place of a system among others: without data, with stalled
// campaigns, and the rest.
func (s *system) urgency() int {
	if s.State != failing && s.Stalled > 0 {
		return 1
	}
	return 2 * slices.Index([]state{failing, unscraped, degraded, waiting, working}, s.State)
}

func compareSystems(a, b system) int {
	return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), cmp.Compare(b.Stalled, a.Stalled), strings.Compare(a.Name, b.Name))
}

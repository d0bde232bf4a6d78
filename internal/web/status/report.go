package status

import (
	"cmp"
	"errors"
	"runtime"
	"slices"
	"strings"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// report is the content of the page and the JSON for programs. It contains no
// secret. Systems and campaigns are sorted, the most urgent first.
type report struct {
	At        time.Time      `json:"now"`
	Demo      float64        `json:"demo_speed,omitempty"`
	Exporter  exporter       `json:"exporter"`
	Systems   []systemReport `json:"systems"`
	Hours     string         `json:"business_hours,omitempty"`   // of the one system, if there is just one
	Campaigns []campaign     `json:"campaigns,omitempty"`        // likewise
	Urgent    []campaign     `json:"urgent_campaigns,omitempty"` // of all systems: stalled, or late
}

// exporter describes the exporter itself.
type exporter struct {
	Version  string    `json:"version"`
	Revision string    `json:"revision"`
	Date     string    `json:"build_date"`
	Go       string    `json:"go_version"`
	Started  time.Time `json:"started"`
	Flags    []Flag    `json:"flags"`
}

// campaign describes a campaign as of the latest successful response.
type campaign struct {
	System   string         `json:"system"`
	ID       string         `json:"id"`
	Name     string         `json:"name,omitempty"`
	State    progress.State `json:"state"`
	Records  float64        `json:"records"`
	Percent  float64        `json:"completion_percent"`
	Idle     *float64       `json:"idle_business_seconds,omitempty"`
	Stall    float64        `json:"stall_threshold_business_seconds,omitzero"`
	Pace     float64        `json:"records_per_business_hour,omitzero"`
	Progress time.Time      `json:"last_progress,omitzero"`
	Finish   time.Time      `json:"expected_finish,omitzero"`
	Deadline time.Time      `json:"deadline,omitzero"`
	Late     bool           `json:"will_miss_deadline"`

	rank int     // by state; late campaigns come before others
	idle float64 // business seconds; -1 if there is none
}

// newCampaign describes a campaign as the alerts see it.
func newCampaign(s *fleet.System, c progress.Campaign) campaign {
	described := campaign{
		System: s.Name, ID: c.ID, Name: s.CampaignName(c.ID), State: c.State,
		Records: c.Records, Percent: c.CompletionPercent, Stall: c.Threshold, Pace: c.Pace,
		Progress: unix(c.LastProgress), Finish: unix(c.ExpectedFinish), Deadline: unix(c.Deadline),
		Late: c.Deadline != 0 && c.ExpectedFinish > c.Deadline,
		rank: 2*int(c.State) + 1, idle: c.Idle,
	}
	if described.Late {
		described.rank--
	}
	if c.Idle >= 0 {
		described.Idle = &c.Idle
	}
	return described
}

func unix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// Called returns the name of a campaign or, without one, its ID.
func (c *campaign) Called() string { return cmp.Or(c.Name, c.ID) }

func compareCampaigns(a, b campaign) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank), cmp.Compare(b.idle, a.idle),
		strings.Compare(a.System, b.System), strings.Compare(a.ID, b.ID),
	)
}

// newReport reports some systems. With just one that includes all of its campaigns.
func (h *Handler) newReport(systems []*fleet.System, w words) *report {
	build := &h.options.Build
	r := &report{
		At: stamp(w.Now), Demo: h.options.Demo, Systems: make([]systemReport, 0, len(systems)),
		Exporter: exporter{
			Version: build.Version, Revision: build.Revision, Date: cmp.Or(build.Date, "unknown"),
			Go: runtime.Version(), Started: stamp(h.options.Started), Flags: h.options.Flags,
		},
	}
	for _, s := range systems {
		snapshot := s.Latest()
		described := newSystem(s, snapshot, w)
		if snapshot.Progress != nil {
			for c := range snapshot.Progress.Campaigns() {
				r.add(&described, newCampaign(s, c), len(systems) == 1)
			}
		}
		r.Systems = append(r.Systems, described)
	}
	if len(systems) == 1 {
		r.Hours = w.hours(systems[0].Calendar)
	}
	slices.SortFunc(r.Systems, compareSystems)
	slices.SortFunc(r.Campaigns, compareCampaigns)
	slices.SortFunc(r.Urgent, compareCampaigns)
	return r
}

// add adds a campaign of a system.
func (r *report) add(s *systemReport, c campaign, all bool) {
	s.Total++
	s.Records += c.Records
	s.Done += c.Records * c.Percent / 100
	if c.State == progress.Stalled {
		s.Stalled++
	}
	if all {
		r.Campaigns = append(r.Campaigns, c)
	}
	if c.State == progress.Stalled || c.Late {
		r.Urgent = append(r.Urgent, c)
	}
}

// stamp is a moment as programs read it, to the millisecond.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// maxScrapeGap is the time without a scrape after which the campaigns of a system
// that is queried on each scrape are outdated. At a scrape interval of five minutes,
// the longest that is of use to Prometheus, one scrape may be lost.
const maxScrapeGap = 11 * time.Minute

// condition is the condition of a system.
type condition string

const (
	failing   condition = "failing"   // no response that is fresh enough
	degraded  condition = "degraded"  // the latest request failed; the previous response is fresh enough
	unscraped condition = "unscraped" // no scrape for a long time
	pending   condition = "pending"   // no request yet
	working   condition = "working"
)

// systemReport describes a system.
type systemReport struct {
	Name        string        `json:"name"`
	URL         string        `json:"url"`
	Host        string        `json:"-"`
	Condition   condition     `json:"state"`
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

// newSystem describes a system without its campaigns.
func newSystem(s *fleet.System, snap *collector.Snapshot, w words) systemReport {
	described := systemReport{
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
	described.Condition, described.Title, described.Details = judge(s, snap, w)
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
		plain.RequestID = "" // it is a field of its own
		f.Message, f.Result, f.RequestID, f.Hint = plain.Error(), known.Result.String(), known.RequestID, known.Hint()
	}
	return f
}

// judge returns the condition of a system, a few words for it, and details.
func judge(s *fleet.System, snap *collector.Snapshot, w words) (_ condition, title, details string) {
	first := snap.LastSuccess.IsZero() && snap.LastFailure == nil
	switch {
	case first && s.PollInterval > 0:
		return pending, w.T("Waiting for the first response"), w.T("The first request is due %s.", w.In(snap.Next))
	case first:
		return pending, w.T("Waiting for the first scrape"), w.T("Thulium is queried when Prometheus scrapes, never for this page.")
	case !snap.Up():
		if failure, ok := errors.AsType[*thulium.Error](snap.Err); ok {
			return failing, w.T(failure.Result.String()), ""
		}
		return failing, w.T("No recent response"), ""
	case snap.Err != nil:
		return degraded, w.T("The latest request failed"), w.T("Showing the response of %s, kept for at most %s.", w.When(snap.LastSuccess), w.Length(s.PollMaxAge))
	case s.PollInterval == 0 && w.Now.Sub(snap.LastSuccess) > maxScrapeGap:
		return unscraped, w.T("Not scraped"), w.T("Check that Prometheus runs and scrapes this exporter.")
	}
	return working, w.T("Working"), ""
}

// Percent returns the percentage of all records that is done.
func (s *systemReport) Percent() float64 { return s.Done / max(s.Records, 1) * 100 }

// WholeRecords returns the number of records.
func (s *systemReport) WholeRecords() int { return int(s.Records) }

// Known reports whether there are campaigns, of whatever age.
func (s *systemReport) Known() bool { return !s.AsOf.IsZero() }

// urgency orders systems: without data, with stalled campaigns, and the rest.
func (s *systemReport) urgency() int {
	if s.Condition != failing && s.Stalled > 0 {
		return 1
	}
	return 2 * slices.Index([]condition{failing, unscraped, degraded, pending, working}, s.Condition)
}

func compareSystems(a, b systemReport) int {
	return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), cmp.Compare(b.Stalled, a.Stalled), strings.Compare(a.Name, b.Name))
}

package status

import (
	"cmp"
	"errors"
	"math"
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

	// For the page alone: the names of systems, and how many campaigns of those with
	// current data are in each state.
	Names  map[condition][]string `json:"-"`
	States map[string]int         `json:"-"`
}

type exporter struct {
	Version  string    `json:"version"`
	Revision string    `json:"revision"`
	Date     string    `json:"build_date"`
	Go       string    `json:"go_version"`
	Started  time.Time `json:"started"`
	Flags    []Flag    `json:"flags"`
}

// order returns the states of campaigns on the page, the most urgent first. Late is one
// that is not stalled but misses its deadline.
func order() []string {
	return []string{"stalled", "late", "active", "tail", "waiting", "empty", "finished"}
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
	Needed   float64        `json:"required_records_per_business_hour,omitzero"`
	Finish   time.Time      `json:"expected_finish,omitzero"`
	Earliest time.Time      `json:"earliest_finish,omitzero"`
	Last     time.Time      `json:"latest_finish,omitzero"`
	WaitsFor string         `json:"waits_for,omitempty"` // the ID of another one
	Cause    progress.Cause `json:"idle_cause,omitempty"`
	Look     *progress.Look `json:"agents,omitempty"`
	Deadline time.Time      `json:"deadline,omitzero"`
	Late     bool           `json:"will_miss_deadline"`
	Days     progress.Days  `json:"half_hours,omitzero"`

	// For the page alone.
	Of       *fleet.System `json:"-"`
	LateBy   time.Duration `json:"-"`
	Left     int           `json:"-"` // records that are not completed
	Work     float64       `json:"-"` // business seconds that these take at the latest pace, if there is one
	Bars     *bars         `json:"-"` // of Days; nil if there are none
	Shown    string        `json:"-"` // one of order
	Old      bool          `json:"-"` // its system has no current data
	Critical bool          `json:"-"` // stalled, and the alert is
	rank     int           // in order
	idle     float64       // business seconds; negative if there is none
	at       time.Time     // of the response
}

// newCampaign describes a campaign as the alerts see it, at the time of the response.
func newCampaign(s *fleet.System, c progress.Campaign, at time.Time) campaign {
	left := c.Records * (1 - c.CompletionPercent/100)
	described := campaign{
		Of: s, System: s.Name, ID: c.ID, Name: s.CampaignName(c.ID), State: c.State, Shown: c.State.String(),
		Records: c.Records, Percent: c.CompletionPercent, Left: int(math.Round(left)), Work: left / c.Pace * 3600, Stall: c.Threshold, Pace: c.Pace,
		Progress: unix(c.LastProgress), Deadline: unix(c.Deadline), idle: c.Idle,
		Finish: unix(c.ExpectedFinish), Earliest: unix(c.EarliestFinish), Last: unix(c.LatestFinish),
		Needed: c.RequiredPace, WaitsFor: c.WaitsFor, Cause: c.Cause, Look: c.Look, at: at,
		Critical: c.State == progress.Stalled && c.Idle >= c.Threshold+4*60*60,
	}
	if now := at.Unix(); c.Deadline != 0 && left > 0 && max(now, c.EarliestFinish) > c.Deadline {
		described.Late, described.LateBy = true, time.Duration(max(now, c.ExpectedFinish)-c.Deadline)*time.Second
	}
	if described.Late && c.State != progress.Stalled {
		described.Shown = "late"
	}
	described.rank = slices.Index(order(), described.Shown)
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

func compareCampaigns(a, b campaign) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank), cmp.Compare(b.idle, a.idle),
		strings.Compare(a.System, b.System), strings.Compare(a.ID, b.ID),
	)
}

// newReport reports some systems. With just one that includes all of its campaigns.
func (h *Handler) newReport(systems []*fleet.System, w words) *report {
	r := &report{
		At: stamp(w.Now), Demo: h.options.Demo, Systems: make([]systemReport, 0, len(systems)), Names: map[condition][]string{}, States: map[string]int{},
		Exporter: exporter{
			Version: h.options.Build.Version, Revision: h.options.Build.Revision, Date: cmp.Or(h.options.Build.Date, "unknown"),
			Go: runtime.Version(), Started: stamp(h.options.Started), Flags: h.options.Flags,
		},
	}
	for _, s := range systems {
		snapshot := s.Latest()
		described := newSystem(s, snapshot, w)
		if snapshot.Progress != nil {
			r.addCampaigns(s, snapshot.Progress, &described, len(systems) == 1)
		}
		r.Systems = append(r.Systems, described)
		r.Names[described.Condition] = append(r.Names[described.Condition], w.Clip(s.Name))
		if described.Current() && described.Stall > 0 && described.Idle >= described.Stall {
			r.Names[silent] = append(r.Names[silent], w.Clip(s.Name))
		}
	}
	if len(systems) == 1 {
		r.Hours = w.hours(systems[0].Calendar)
	}
	slices.SortFunc(r.Systems, compareSystems)
	slices.SortFunc(r.Campaigns, compareCampaigns)
	slices.SortFunc(r.Urgent, compareCampaigns)
	return r
}

// addCampaigns adds those of a system: all of them, or the urgent ones.
func (r *report) addCampaigns(s *fleet.System, known *progress.Report, to *systemReport, all bool) {
	for values := range known.Campaigns() {
		c := newCampaign(s, values, known.At)
		c.Days, c.Old = known.Days(to.Total), !to.Current()
		if all {
			r.Campaigns = append(r.Campaigns, c)
		}
		if c.Shown == "stalled" || c.Shown == "late" {
			r.Urgent = append(r.Urgent, c)
		}
		to.Total++
		if !c.Old {
			r.States[c.Shown]++
		}
		if c.State == progress.Stalled {
			to.Stalled++
		}
		to.Records += c.Records
		to.Done += c.Records * c.Percent / 100
	}
}

// stamp is a moment as programs read it, to the millisecond.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// maxScrapeGap is the time without a scrape after which the campaigns of a system
// that is queried on each scrape are outdated. At a scrape interval of five minutes,
// the longest that is of use to Prometheus, one scrape may be lost.
const maxScrapeGap = 11 * time.Minute

type condition string

const (
	failing   condition = "failing"   // no response that is fresh enough
	degraded  condition = "degraded"  // the latest request failed; the previous response is fresh enough
	unscraped condition = "unscraped" // no scrape for a long time
	pending   condition = "pending"   // no request yet
	working   condition = "working"
	silent    condition = "silent" // of one that works, too: as a whole it is stalled
)

type systemReport struct {
	System      *fleet.System `json:"-"`
	Name        string        `json:"name"`
	URL         string        `json:"url"`
	Condition   condition     `json:"state"`
	Title       string        `json:"summary"`
	Details     string        `json:"details"`
	Polled      bool          `json:"polled"`
	AsOf        time.Time     `json:"campaigns_as_of,omitzero"`
	LastSuccess time.Time     `json:"last_success,omitzero"`
	LastFailure *failure      `json:"last_failure,omitempty"`
	Next        time.Time     `json:"next_request,omitzero"` // else with the next scrape
	Open        bool          `json:"business_open"`
	Zone        string        `json:"time_zone"`
	Total       int           `json:"campaigns"`
	Stalled     int           `json:"stalled_campaigns"`
	Idle        float64       `json:"idle_business_seconds,omitzero"` // as a whole
	Stall       float64       `json:"stall_threshold_business_seconds,omitzero"`
	Records     float64       `json:"records"`
	Done        float64       `json:"done_records"`
	Rejected    int           `json:"rejected_campaigns"`
	Rejection   string        `json:"first_rejection,omitempty"`
}

type failure struct {
	At        time.Time `json:"at"`
	Result    string    `json:"result"`
	Message   string    `json:"message"`
	RequestID string    `json:"request_id,omitempty"`
	Hint      string    `json:"hint,omitempty"`
	Recovered bool      `json:"recovered"`

	Advice string `json:"-"` // the hint in the language of the page, as far as it is known in it
}

// newSystem describes a system without its campaigns.
func newSystem(s *fleet.System, snap *collector.Snapshot, w words) systemReport {
	described := systemReport{
		System: s, Name: s.Name, URL: s.URL.String(), Polled: s.PollInterval > 0,
		LastSuccess: stamp(snap.LastSuccess), LastFailure: newFailure(snap, w), Next: stamp(snap.Next),
		Open: s.Calendar.OpenAt(w.Now), Zone: s.Calendar.Location().String(),
	}
	if snap.Progress != nil {
		described.AsOf, described.Idle, described.Stall = stamp(snap.Progress.At), snap.Progress.Idle, snap.Progress.Threshold
	}
	if snap.Up() && snap.Stats.Rejected > 0 {
		described.Rejected, described.Rejection = snap.Stats.Rejected, snap.Stats.FirstRejection.Error()
	}
	described.Condition, described.Title, described.Details = examine(s, snap, w)
	return described
}

// newFailure describes the latest failed request; nil if none failed.
func newFailure(snap *collector.Snapshot, w words) *failure {
	last := snap.LastFailure
	if last == nil {
		return nil
	}
	f := &failure{At: stamp(last.At), Result: "unknown", Message: thulium.Clean(last.Err.Error()), Recovered: snap.LastSuccess.After(last.At)}
	if known, ok := errors.AsType[*thulium.Error](last.Err); ok {
		f.Result, f.RequestID, f.Hint = known.Result.String(), known.RequestID, known.Hint()
		plain := *known // the page says the rest elsewhere
		plain.RequestID, plain.RetryAfter = "", 0
		f.Message, f.Advice = plain.Error(), plain.Hint()
		if usual := (&thulium.Error{Result: known.Result}).Hint(); strings.HasSuffix(f.Advice, usual) {
			f.Advice = usual // without the URL before it
		}
		f.Advice = w.T(f.Advice)
	}
	return f
}

// examine returns the condition of a system, a few words for it, and details.
func examine(s *fleet.System, snap *collector.Snapshot, w words) (_ condition, title, details string) {
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

// Current reports whether the data of the system is.
func (s *systemReport) Current() bool { return s.Condition == working || s.Condition == degraded }

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

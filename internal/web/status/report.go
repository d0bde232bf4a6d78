package status

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"time"

	"thulium_exporter/internal/progress"
)

// report is what the page says and, as JSON, what programs read. It holds no
// secret. Systems and campaigns are sorted, the most urgent first.
type report struct {
	At        time.Time  `json:"now"`
	Demo      float64    `json:"demo_speed,omitempty"`
	Exporter  exporter   `json:"exporter"`
	Systems   []system   `json:"systems"`
	Hours     string     `json:"business_hours,omitempty"`   // of the one system, if there is just one
	Campaigns []campaign `json:"campaigns,omitempty"`        // likewise
	Urgent    []campaign `json:"urgent_campaigns,omitempty"` // of all systems: stalled, or late
}

// exporter is what is known of the exporter itself.
type exporter struct {
	Version  string    `json:"version"`
	Revision string    `json:"revision"`
	Date     string    `json:"build_date"`
	Go       string    `json:"go_version"`
	Started  time.Time `json:"started"`
	Flags    []Flag    `json:"flags"`
}

// campaign is what is known of a campaign, as of the latest successful response.
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

	rank int     // by state, and those that are late before others
	idle float64 // business seconds; -1 if there is none
}

// newCampaign describes a campaign as the alerts see it.
func newCampaign(s System, c progress.Campaign) campaign {
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

// Called is the name of a campaign or, without one, its ID.
func (c *campaign) Called() string { return cmp.Or(c.Name, c.ID) }

func compareCampaigns(a, b campaign) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank), cmp.Compare(b.idle, a.idle),
		strings.Compare(a.System, b.System), strings.Compare(a.ID, b.ID),
	)
}

// newReport gathers what is known of some systems. With just one that is all of
// its campaigns.
func (h *Handler) newReport(systems []System, w words) *report {
	b := &h.options.Build
	r := &report{
		At: stamp(w.Now), Demo: h.options.Demo, Systems: make([]system, 0, len(systems)),
		Exporter: exporter{
			Version: b.Version, Revision: b.Revision, Date: cmp.Or(b.Date, "unknown"),
			Go: runtime.Version(), Started: stamp(h.options.Started), Flags: h.options.Flags,
		},
	}
	for _, s := range systems {
		described := newSystem(s, w)
		if s.Snapshot.Progress != nil {
			for c := range s.Snapshot.Progress.Campaigns() {
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

// add takes in a campaign of a system.
func (r *report) add(s *system, c campaign, all bool) {
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

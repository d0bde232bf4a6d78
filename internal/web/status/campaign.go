package status

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress"
)

// pace says how a campaign gets on.
type pace string

// The paces, those first that want attention.
const (
	stalled pace = "stalled" // no change for long, in business time
	unmoved pace = "unmoved" // no change seen yet, but not for long
	moving  pace = "moving"
	empty   pace = "empty" // no records
	done    pace = "done"
)

// paces returns all paces, those first that want attention.
func paces() []pace { return []pace{stalled, unmoved, moving, empty, done} }

// campaign is what is known of one campaign.
type campaign struct {
	ID      string    `json:"id"`
	Name    string    `json:"name,omitempty"`
	Pace    pace      `json:"state"`
	Records float64   `json:"records"`
	Percent float64   `json:"completion_percent"`
	Since   time.Time `json:"unchanged_since"` // as far as the exporter saw
	Seen    bool      `json:"change_seen"`     // else it was so when first seen
}

// campaigns returns what is known of the campaigns of a snapshot.
func campaigns(s System, snap *collector.Snapshot) []campaign {
	if !snap.Up() {
		return nil
	}
	known := make(map[string]progress.Campaign, len(snap.Stats.Campaigns))
	if snap.Progress != nil {
		for c := range snap.Progress.Campaigns() {
			known[c.ID] = c
		}
	}
	all := make([]campaign, len(snap.Stats.Campaigns))
	for i, c := range snap.Stats.Campaigns {
		p := known[c.ID]
		all[i] = campaign{
			ID: c.ID, Name: s.CampaignName(c.ID), Pace: paceOf(p.State),
			Records: c.Records, Percent: c.CompletionPercent,
			Since: stamp(snap.LastSuccess), Seen: p.LastProgress != 0,
		}
		if all[i].Seen {
			all[i].Since = stamp(time.Unix(p.LastProgress, 0))
		}
	}
	return all
}

func paceOf(s progress.State) pace {
	return map[progress.State]pace{
		progress.Stalled: stalled, progress.Empty: empty, progress.Waiting: unmoved,
		progress.Active: moving, progress.Tail: moving, progress.Finished: done,
	}[s]
}

// called is what the campaign is sorted by: its name or, without one, its id.
func (c campaign) called() string { return strings.ToLower(cmp.Or(c.Name, c.ID)) }

// matches reports whether a search finds the campaign.
func (c campaign) matches(q query) bool {
	if q.show != "" && q.show != string(c.Pace) {
		return false
	}
	return contains(c.ID, q.search) || contains(c.Name, q.search)
}

// contains ignores the case of letters.
func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// sortCampaigns sorts by a column, and by id where that is equal.
func sortCampaigns(all []campaign, column string, desc bool) {
	order := paces()
	compare := map[string]func(a, b campaign) int{
		"name":       func(a, b campaign) int { return cmp.Compare(a.called(), b.called()) },
		"id":         func(_, _ campaign) int { return 0 },
		"state":      func(a, b campaign) int { return slices.Index(order, a.Pace) - slices.Index(order, b.Pace) },
		"records":    func(a, b campaign) int { return cmp.Compare(a.Records, b.Records) },
		"completion": func(a, b campaign) int { return cmp.Compare(a.Percent, b.Percent) },
		"moved":      func(a, b campaign) int { return a.Since.Compare(b.Since) },
	}[column]
	slices.SortFunc(all, func(a, b campaign) int {
		order := cmp.Or(compare(a, b), strings.Compare(a.ID, b.ID))
		if desc {
			return -order
		}
		return order
	})
}

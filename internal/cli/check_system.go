package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// checked is the result of one query. It is also the JSON output.
type checked struct {
	System    string            `json:"system"`
	URL       string            `json:"url"`
	OK        bool              `json:"ok"`
	Result    string            `json:"result"`
	Error     string            `json:"error,omitempty"`
	Hint      string            `json:"hint,omitempty"`
	RequestID string            `json:"request_id,omitempty"`
	Rejected  int               `json:"rejected_campaigns"`
	Rejection string            `json:"first_rejection,omitempty"`
	Campaigns []checkedCampaign `json:"campaigns"`

	config    *config.System
	snapshot  *collector.Snapshot // nil if there was no request
	knowsIdle bool                // there is a state file
}

type checkedCampaign struct {
	ID      string  `json:"id"`
	Name    string  `json:"name,omitempty"`
	Records float64 `json:"records"`
	Percent float64 `json:"completion_percent"`
	State   string  `json:"state"`
	// Idle is business time; nil without a state file, or when the campaign has
	// nothing left to do.
	Idle *float64 `json:"idle_business_seconds,omitempty"`
}

// one queries a system.
func (c *checker) one(ctx context.Context, s *config.System) checked {
	result := checked{System: s.Name, URL: s.URL.String(), Campaigns: []checkedCampaign{}, config: s, knowsIdle: c.knowsIdle}
	record := collector.NewRecord(c.state.Tracker(s.Name, result.URL, s.Settings), log.NewNopLogger())
	client, httpClient, err := fleet.NewClient(*s, c.userAgent, record.Observe)
	if err != nil {
		result.fail(err)
		return result
	}
	defer httpClient.CloseIdleConnections()
	result.snapshot = collector.NewOnScrape(client, s.Timeout, record).Snapshot(ctx)
	if !result.snapshot.Up() {
		result.fail(result.snapshot.Err)
		return result
	}
	result.succeed(result.snapshot)
	result.addProgress(result.snapshot.Progress)
	return result
}

func (c *checked) succeed(s *collector.Snapshot) {
	c.OK, c.Result, c.Rejected = true, thulium.OK.String(), s.Stats.Rejected
	if s.Stats.FirstRejection != nil {
		c.Rejection = s.Stats.FirstRejection.Error()
	}
	for _, campaign := range s.Stats.Campaigns {
		c.Campaigns = append(c.Campaigns, checkedCampaign{
			ID: campaign.ID, Name: c.config.CampaignName(campaign.ID),
			Records: campaign.Records, Percent: campaign.CompletionPercent,
		})
	}
}

// addProgress adds what is known of the progress of the campaigns, which are in
// the same order.
func (c *checked) addProgress(r *progress.Report) {
	i := 0
	for p := range r.Campaigns() {
		campaign := &c.Campaigns[i]
		campaign.State = p.State.String()
		if c.knowsIdle && p.Idle >= 0 {
			campaign.Idle = &p.Idle
		}
		i++
	}
}

func (c *checked) fail(err error) {
	c.Error = err.Error()
	var failure *thulium.Error
	if errors.As(err, &failure) {
		c.Result, c.RequestID, c.Hint = failure.Result.String(), failure.RequestID, failure.Hint()
	}
}

func writeJSON(w io.Writer, results []checked) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(results)
}

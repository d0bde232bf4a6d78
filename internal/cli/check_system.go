package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
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
}

type checkedCampaign struct {
	ID      string  `json:"id"`
	Name    string  `json:"name,omitempty"`
	Records float64 `json:"records"`
	Percent float64 `json:"completion_percent"`
}

// one queries a system.
func (c *checker) one(ctx context.Context, s *config.System) checked {
	result := checked{System: s.Name, URL: s.URL.String(), Campaigns: []checkedCampaign{}}
	client, transport, err := fleet.NewClient(*s, c.userAgent, nil)
	if err != nil {
		result.fail(err)
		return result
	}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	stats, err := client.Stats(ctx)
	if err != nil {
		result.fail(err)
		return result
	}
	result.succeed(s, stats)
	return result
}

func (c *checked) succeed(s *config.System, stats *thulium.Stats) {
	c.OK, c.Result, c.Rejected = true, thulium.OK.String(), stats.Rejected
	if stats.FirstRejection != nil {
		c.Rejection = stats.FirstRejection.Error()
	}
	for _, campaign := range stats.Campaigns {
		c.Campaigns = append(c.Campaigns, checkedCampaign{
			ID: campaign.ID, Name: s.CampaignName(campaign.ID),
			Records: campaign.Records, Percent: campaign.CompletionPercent,
		})
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

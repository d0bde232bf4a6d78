package collector

import (
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/thulium"
)

// campaignDescs describes the metrics of campaigns.
type campaignDescs struct {
	records, completion, info, rejected *prometheus.Desc
}

// newCampaignDescs ends the help of what may come from an earlier answer with
// note.
func newCampaignDescs(note string) campaignDescs {
	return campaignDescs{
		records: newDesc("campaign_records_total",
			"Records in the active outbound campaign. A gauge: it can fall."+note, "id"),
		completion: newDesc("campaign_completion_percent",
			"How much of the active outbound campaign is done, 0 to 100."+note, "id"),
		info: newDesc("campaign_info",
			"The name that the configuration gives to the active outbound campaign. Always 1.", "id", "name"),
		rejected: newDesc("rejected_campaigns",
			"Entries of the newest good answer that could not be used: no id, duplicate id or no number."+note),
	}
}

// campaigns is an answer as metrics.
type campaigns struct {
	*campaignDescs
	answer *thulium.Answer // nil: nothing is known
	names  map[string]string
}

// Describe sends all descriptions, also of metrics that are absent now.
func (c *campaigns) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.records, c.completion, c.info, c.rejected} {
		ch <- d
	}
}

// Collect sends the metrics. What is not known is absent.
func (c *campaigns) Collect(ch chan<- prometheus.Metric) {
	if c.answer == nil {
		return
	}
	for _, campaign := range c.answer.Campaigns {
		ch <- gauge(c.records, campaign.Records, campaign.ID)
		ch <- gauge(c.completion, campaign.CompletionPercent, campaign.ID)
		if name := c.names[campaign.ID]; name != "" {
			ch <- gauge(c.info, 1, campaign.ID, name)
		}
	}
	ch <- gauge(c.rejected, float64(c.answer.Rejected))
}

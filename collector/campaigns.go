package collector

import "thulium_exporter/thulium"

// campaignFamilies are the metrics of campaigns.
type campaignFamilies struct {
	completion, info, records, rejected *Family
}

// newCampaignFamilies ends the help of what may come from an earlier answer
// with note.
func newCampaignFamilies(note string) campaignFamilies {
	return campaignFamilies{
		completion: gauge("campaign_completion_percent",
			"How much of the active outbound campaign is done, 0 to 100."+note, "id"),
		info: gauge("campaign_info",
			"The name that the configuration gives to the active outbound campaign. Always 1.", "id", "name"),
		records: gauge("campaign_records_total",
			"Records in the active outbound campaign. A gauge: it can fall."+note, "id"),
		rejected: gauge("rejected_campaigns",
			"Entries of the newest good answer that could not be used: no id, duplicate id or no number."+note),
	}
}

func (f *campaignFamilies) all() []*Family {
	return []*Family{f.completion, f.info, f.records, f.rejected}
}

// render gives an answer to a sink; nil means that nothing is known.
func (f *campaignFamilies) render(to Sink, answer *thulium.Stats, names map[string]string) {
	if answer == nil {
		return
	}
	labels := make([]string, 2) // one for all samples: an answer may have many
	for _, c := range answer.Campaigns {
		labels[0] = c.ID
		to.Sample(f.completion, c.CompletionPercent, labels[:1]...)
	}
	for _, c := range answer.Campaigns {
		if name := names[c.ID]; name != "" {
			labels[0], labels[1] = c.ID, name
			to.Sample(f.info, 1, labels...)
		}
	}
	for _, c := range answer.Campaigns {
		labels[0] = c.ID
		to.Sample(f.records, c.Records, labels[:1]...)
	}
	to.Sample(f.rejected, float64(answer.Rejected))
}

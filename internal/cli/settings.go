package cli

import (
	"fmt"
	"io"

	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium"
)

// printSettings shows what holds for the campaigns of a system: for all, and for
// those that the configuration names.
func printSettings(w io.Writer, s *config.System) {
	for i, c := range s.Effective() {
		who := "all campaigns"
		if i > 0 {
			who = thulium.Clean(c.ID)
			if c.Name != "" {
				who += " " + thulium.Clean(c.Name)
			}
		} else if len(s.Effective()) > 1 {
			who = "other campaigns"
		}
		fmt.Fprintf(w, "  %s: %s\n", who, describe(&c))
	}
}

// describe says what holds for a campaign.
func describe(c *config.CampaignSettings) string {
	d := "no stall alert"
	if c.StallAlert {
		d = fmt.Sprintf("stalled after %s of business time, until %g%%", model.Duration(c.StalledAfter), c.StalledUntil)
	}
	if !c.Deadline.IsZero() {
		d += ", deadline " + c.Deadline.In(c.Calendar.Location()).Format("2006-01-02 15:04 MST")
	}
	if c.Pool != "" {
		d += ", pool " + c.Pool
	}
	if c.Order != 0 {
		d += fmt.Sprintf(", order %d", c.Order)
	}
	if c.OwnHours {
		d += ", own business hours"
	}
	return d
}

package cli

import (
	"io"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/collector"
)

// writePrometheus writes the metrics that a scrape of each system would have, as
// the textfile collector of node_exporter reads them. Those of a configuration
// file have the label system. What only several responses show is absent without a
// state file.
func writePrometheus(w io.Writer, results []checked) error {
	registry := prometheus.NewRegistry()
	metrics, now := collector.NewMetrics(), time.Now()
	for _, c := range results {
		if c.snapshot == nil {
			continue
		}
		labels := prometheus.Labels{}
		if len(results) > 1 || c.System != defaultSystem {
			labels["system"] = c.System
		}
		registerer := prometheus.WrapRegistererWith(labels, registry)
		for _, group := range []prometheus.Collector{
			metrics.Campaigns(c.snapshot, c.config.CampaignName), metrics.Status(c.snapshot), metrics.BusinessTime(c.config.Calendar, now),
		} {
			if err := registerer.Register(group); err != nil {
				return err
			}
		}
	}
	families, err := registry.Gather()
	if err != nil {
		return err
	}
	for _, family := range families {
		if needsHistory(family.GetName()) && !results[0].knowsIdle {
			continue
		}
		if _, err := expfmt.MetricFamilyToText(w, family); err != nil {
			return err
		}
	}
	return nil
}

// needsHistory reports whether a metric compares responses. Without any before, it
// would be 0 forever, as if nothing ever stalled.
func needsHistory(metric string) bool {
	return slices.Contains([]string{
		"thulium_campaign_idle_business_seconds", "thulium_campaign_stall_threshold_business_seconds",
		"thulium_records_completed_outside_business_hours_total",
	}, metric)
}

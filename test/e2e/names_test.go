package e2e

import (
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestNamesByJoin reads the names of campaigns as dashboards and alerts do. A
// campaign without a configured name has its ID for one.
func TestNamesByJoin(t *testing.T) {
	t.Parallel()
	const join = `thulium_campaign_completion_percent * on (instance, job, id) group_left (name) thulium_campaign_info`
	thulium := harness.NewThulium(t, simulator.Documented()...)
	file := harness.File(t, "thulium.yml", "systems:\n"+entry("only", thulium, "Spring renewals"))
	exporter := harness.Serve(t, "--config.file="+file)
	prometheus := harness.StartPrometheus(t, harness.Scrape(exporter, time.Second))
	prometheus.Expect(t, `sum by (id, name) (`+join+`)`, `{id="00001",name="Spring renewals"} 14.87`, `{id="00002",name="00002"} 23`)
}

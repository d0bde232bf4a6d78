package e2e

import (
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// The interval of scrapes is twice that of polls, so that there is always a
// poll between two scrapes.
const (
	scrapeInterval = 2 * time.Second
	pollInterval   = "--poll.interval=1s"
)

// modes are the two ways to fetch, as flags.
func modes() map[string][]string {
	return map[string][]string{"on scrape": nil, "polled": {pollInterval}}
}

// TestLifeOfCampaigns follows campaigns as Prometheus sees them: they are
// listed, one leaves, the API fails and recovers.
func TestLifeOfCampaigns(t *testing.T) {
	t.Parallel()
	for mode, flags := range modes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			thulium := harness.NewThulium(t, simulator.Documented()...)
			exporter := harness.Serve(t, append(thulium.Flags(), flags...)...)
			prometheus := harness.StartPrometheus(t, harness.Scrape(exporter, scrapeInterval))
			documentedIsFound(t, prometheus)
			leavesAsStale(t, prometheus, thulium)
			failsAndRecovers(t, prometheus, thulium)
			neverContradictsItself(t, prometheus)
		})
	}
}

func documentedIsFound(t *testing.T, prometheus *harness.Prometheus) {
	t.Helper()
	prometheus.Expect(t, `sum by (id) (thulium_campaign_records_total)`, `{id="00001"} 1324`, `{id="00002"} 20`)
	prometheus.Expect(t, `sum by (id) (thulium_campaign_completion_percent)`, `{id="00001"} 14.87`, `{id="00002"} 23`)
	prometheus.Expect(t, `sum(thulium_up)`, `{} 1`)
}

// leavesAsStale looks at the second scrape after a campaign has left. Without a
// mark of staleness, Prometheus would show the last value for five minutes.
func leavesAsStale(t *testing.T, prometheus *harness.Prometheus, thulium *harness.Thulium) {
	t.Helper()
	thulium.SetCampaigns(simulator.Documented()[1:])
	second := prometheus.ScrapeAfter(t, time.Now(), 2)
	prometheus.ExpectAt(t, second, `sum by (id) (thulium_campaign_records_total)`, `{id="00002"} 20`)
	prometheus.ExpectAt(t, second, `sum by (id) (thulium_campaign_completion_percent)`, `{id="00002"} 23`)
}

func failsAndRecovers(t *testing.T, prometheus *harness.Prometheus, thulium *harness.Thulium) {
	t.Helper()
	thulium.SetFault(simulator.ServerError)
	prometheus.Expect(t, `sum(thulium_up)`, `{} 0`)
	prometheus.Expect(t, `{__name__=~"thulium_campaign_(records_total|completion_percent)"}`)
	prometheus.Expect(t, `count by (id) (thulium_campaign_info)`, `{id="00001"} 1`, `{id="00002"} 1`) // one has departed
	prometheus.Expect(t, `sum(thulium_api_requests_total{result="server_error"}) > bool 0`, `{} 1`)
	thulium.SetFault(simulator.NoFault)
	prometheus.Expect(t, `sum(thulium_up)`, `{} 1`)
	prometheus.Expect(t, `sum by (id) (thulium_campaign_records_total)`, `{id="00002"} 20`)
}

// neverContradictsItself looks at the whole history: every scrape has worked,
// and campaigns were there exactly when thulium_up was 1.
func neverContradictsItself(t *testing.T, prometheus *harness.Prometheus) {
	t.Helper()
	now := float64(time.Now().Unix())
	prometheus.ExpectAt(t, now, `min(min_over_time(up[5m]))`, `{} 1`)
	prometheus.ExpectAt(t, now, `count_over_time((thulium_up == 0 and on () thulium_campaign_records_total)[5m:100ms])`)
	prometheus.ExpectAt(t, now, `count_over_time((thulium_up == 1 unless on () thulium_campaign_records_total)[5m:100ms])`)
}

// TestDemo scrapes the demo, which has names for its campaigns.
func TestDemo(t *testing.T) {
	t.Parallel()
	for mode, flags := range modes() {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			exporter := harness.Serve(t, append([]string{"demo"}, flags...)...)
			prometheus := harness.StartPrometheus(t, harness.Scrape(exporter, time.Second))
			prometheus.Expect(t, `sum(thulium_up)`, `{} 1`)
			prometheus.Expect(t, `count(thulium_campaign_records_total) >= bool 5`, `{} 1`)
			prometheus.Expect(t, `count(thulium_campaign_info{id="00001",name="Satisfaction survey"})`, `{} 1`)
			// Time is fast in the demo: something moves soon.
			prometheus.Expect(t, `sum(changes(thulium_campaign_completion_percent[1m])) > bool 0`, `{} 1`)
			prometheus.Expect(t, `min(min_over_time(up[5m]))`, `{} 1`)
		})
	}
}

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// systems returns three systems, which have the same IDs for their campaigns,
// and the configuration file with them.
func systems(t *testing.T) (file string) {
	t.Helper()
	config := "systems:\n"
	for name, records := range map[string]int{"north": 100, "south": 200, "west": 300} {
		thulium := harness.NewThulium(t, simulator.Campaign{ID: "00001", Records: records})
		config += entry(name, thulium, "Campaign of the "+name)
	}
	return harness.File(t, "thulium.yml", config)
}

// entry is a system in the configuration file. It names the campaign 00001.
func entry(name string, thulium *harness.Thulium, campaign string) string {
	return fmt.Sprintf(`
  %s:
    url: %s
    basic_auth: {username: %s, password_file: %s}
    poll_interval: 1s
    campaigns: {"00001": {name: %s}}
`, name, thulium.URL, thulium.Username, thulium.PasswordFile, campaign)
}

// TestReplicas has a configuration with three systems and two exporters, which
// Prometheus finds by itself.
func TestReplicas(t *testing.T) {
	t.Parallel()
	file := systems(t)
	one := harness.Serve(t, "--config.file="+file)
	two := harness.Serve(t, "--config.file="+file)
	t.Run("high availability", func(t *testing.T) {
		t.Parallel()
		prometheus := harness.StartPrometheus(t, fast+discovered(one, two))
		allSystemsAreFound(t, prometheus, 2)
		prometheus.Expect(t, `count(count by (instance) (thulium_up))`, `{} 2`)
	})
	t.Run("sharded", func(t *testing.T) {
		t.Parallel()
		prometheus := harness.StartPrometheus(t, fast+discovered(one, two)+sharded(one, two))
		allSystemsAreFound(t, prometheus, 1)
		// The names above are such that both have something to do.
		prometheus.Expect(t, `count(count by (instance) (thulium_up))`, `{} 2`)
	})
}

// fast is for tests; discovery looks every minute by default.
const fast = "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"

// discovered is all that a user has to write.
func discovered(one, two *harness.Exporter) string {
	return fmt.Sprintf(`scrape_configs:
  - job_name: thulium
    http_sd_configs:
      - url: http://%s/sd
      - url: http://%s/sd
`, one.Address, two.Address)
}

// sharded continues the job above. The hash of its name decides which
// exporter a system belongs to; the other one's target is dropped.
func sharded(one, two *harness.Exporter) string {
	return fmt.Sprintf(`    relabel_configs:
      - source_labels: [__param_target]
        action: hashmod
        modulus: 2
        target_label: __tmp_shard
      - source_labels: [__address__, __tmp_shard]
        action: keep
        regex: %s;0|%s;1
`, literal(one.Address), literal(two.Address))
}

// literal is an address as a regular expression.
func literal(address string) string { return strings.ReplaceAll(address, ".", `\.`) }

// allSystemsAreFound expects each system that many times, with its own campaigns
// and names. Systems behind one exporter share instance and job, so that the
// join needs the label system too.
func allSystemsAreFound(t *testing.T, prometheus *harness.Prometheus, times int) {
	t.Helper()
	const join = `thulium_campaign_records_total * on (instance, job, system, id) group_left (name) thulium_campaign_info`
	each := []string{
		fmt.Sprintf(`{system="north"} %d`, times),
		fmt.Sprintf(`{system="south"} %d`, times),
		fmt.Sprintf(`{system="west"} %d`, times),
	}
	prometheus.Expect(t, `count by (system) (thulium_up == 1)`, each...)
	prometheus.Expect(t, `max by (system, id, name) (`+join+`)`,
		`{id="00001",name="Campaign of the north",system="north"} 100`,
		`{id="00001",name="Campaign of the south",system="south"} 200`,
		`{id="00001",name="Campaign of the west",system="west"} 300`)
	// After some scrapes all targets have shown themselves.
	prometheus.Expect(t, `min(count_over_time(up[5m])) >= bool 5`, `{} 1`)
	prometheus.Expect(t, `count by (system) (count_over_time(up[5m]))`, each...)
}

package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"testing"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// TestDocumentedScrapes runs a real Prometheus with each scrape configuration that the
// documents and samples show, for a file of one system and for one of two: every
// campaign and the exporter itself are stored once, and /metrics of the file with one
// system has its campaigns all the same.
func TestDocumentedScrapes(t *testing.T) {
	t.Parallel()
	acme := harness.NewThulium(t, simulator.Campaign{ID: "00001", Records: 100})
	globex := harness.NewThulium(t, simulator.Campaign{ID: "00001", Records: 200})
	one := harness.Serve(t, "--config.file="+harness.File(t, "one.yml", "systems:\n"+entry("acme", acme, "Renewals")))
	two := harness.Serve(t, "--config.file="+harness.File(t, "two.yml", "systems:\n"+entry("acme", acme, "Renewals")+entry("globex", globex, "Surveys")))
	one.WaitFor(t, "/metrics", `thulium_campaign_records_total{id="00001"} 100`)
	for _, file := range []string{
		"README.md", "docs/install.md", "docs/many-systems.md",
		"deploy/prometheus/prometheus.yml", "deploy/compose/prometheus.yml",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			config := scrapeConfigs(t, file)
			storedOnce(t, config, one, `{system="acme"} 100`)
			storedOnce(t, config, two, `{system="acme"} 100`, `{system="globex"} 200`)
		})
	}
}

// scrapeConfigs returns the scrape configurations of a file, or of the first block of a
// document that has any.
func scrapeConfigs(t *testing.T, file string) string {
	t.Helper()
	text := readFile(t, filepath.Join("../..", file))
	config := regexp.MustCompile("(?ms)^scrape_configs:\n(?:^[ \t][^\n]*\n|^\n)+").FindString(text)
	if config == "" {
		t.Fatalf("%s has no scrape_configs", file)
	}
	return config
}

// storedOnce has Prometheus scrape an exporter until each target was scraped a few times.
func storedOnce(t *testing.T, config string, exporter *harness.Exporter, systems ...string) {
	t.Helper()
	address := regexp.MustCompile(`(localhost|exporter):10069`)
	prometheus := harness.StartPrometheus(t, fast+address.ReplaceAllString(config, exporter.Address))
	prometheus.Expect(t, `count(count_over_time(up{job="thulium"}[5m]) >= 3)`, fmt.Sprintf("{} %d", len(systems)+1))
	prometheus.Expect(t, `sum by (system) (thulium_campaign_records_total)`, systems...)
	prometheus.Expect(t, `max(count by (__name__, system, id, result, le) ({__name__=~"thulium_.*", __name__!~".*_bucket"}))`, "{} 1")
	prometheus.Expect(t, `count(thulium_exporter_build_info)`, "{} 1")
	prometheus.Expect(t, `count(process_start_time_seconds)`, "{} 1")
	prometheus.Expect(t, `count(up == 1)`, fmt.Sprintf("{} %d", len(systems)+1))
}

package packaging_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"

	"thulium_exporter/thulium/simulator"
)

const (
	monitorOnly = "serviceMonitor: {enabled: true}"
	both        = "{serviceMonitor: {enabled: true}, scrapeConfig: {enabled: true}}"
)

// TestChartScrapesOnce runs a real Prometheus with what the Operator would make of the
// chart's objects, for one system and for two: each campaign, and the exporter itself,
// is stored once.
func TestChartScrapesOnce(t *testing.T) {
	sim := simulator.New(simulator.Config{Username: "prometheus", Password: "p", Campaigns: simulator.Documented()})
	defer sim.Close()
	thulium := httptest.NewServer(sim)
	defer thulium.Close()
	for _, c := range []struct {
		name, scrapes string
		systems       []string
	}{
		{"one system by a monitor", monitorOnly, []string{"acme"}},
		{"one system by both", both, []string{"acme"}},
		{"two systems by a monitor", monitorOnly, []string{"acme", "globex"}},
		{"two systems by both", both, []string{"acme", "globex"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := "systems:\n"
			for _, system := range c.systems {
				config += fmt.Sprintf("  %s: {url: %q, basic_auth: {username: prometheus, password: p}}\n", system, thulium.URL)
			}
			folder := t.TempDir()
			place(t, filepath.Join(folder, "systems.yml"), config)
			place(t, filepath.Join(folder, "values.yml"), "config: |\n  "+strings.ReplaceAll(config, "\n", "\n  ")+"\n")
			place(t, filepath.Join(folder, "scrapes.yml"), c.scrapes)
			objects := decode(t, helm(t, "template", "thulium", chart, "--values", folder+"/values.yml", "--values", folder+"/scrapes.yml"))
			exporter := serve(t, binary(t), "--config.file="+folder+"/systems.yml", "--web.listen-address=127.0.0.1:0")
			place(t, filepath.Join(folder, "prometheus.yml"), operated(objects, exporter))
			prometheus := serve(t, tool(t, "prometheus"), "--config.file="+folder+"/prometheus.yml",
				"--storage.tsdb.path="+folder+"/data", "--web.listen-address=127.0.0.1:0")
			for query, want := range map[string]int{
				`count(count_over_time(up[5m]) >= 3)`:                           len(c.systems) + 1,
				`count(thulium_up)`:                                             len(c.systems),
				`count(thulium_campaign_records_total)`:                         len(c.systems) * len(simulator.Documented()),
				`count(count by (system, id) (thulium_campaign_records_total))`: len(c.systems) * len(simulator.Documented()),
				`count(thulium_exporter_build_info)`:                            1,
			} {
				if c.scrapes == monitorOnly && len(c.systems) == 1 && strings.HasPrefix(query, "count(count_over_time(up") {
					want = 1 // the exporter and its system share a target
				}
				get(t, "http://"+prometheus+"/api/v1/query?query="+url.QueryEscape(query), fmt.Sprintf(`,"%d"]`, want))
			}
		})
	}
}

// operated returns the configuration that the Operator makes of the objects, for an
// exporter at an address.
func operated(objects map[string]any, address string) string {
	var b strings.Builder
	fmt.Fprintln(&b, "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:")
	for _, object := range objects {
		switch o := object.(type) {
		case *monitoringv1.ServiceMonitor:
			for i, e := range o.Spec.Endpoints {
				fmt.Fprintf(&b, "  - job_name: monitor/%d\n    metrics_path: %s\n    static_configs: [{targets: [%q]}]\n", i, e.Path, address)
				if target := e.Params["target"]; target != nil {
					fmt.Fprintf(&b, "    params: {target: [%q]}\n", target[0])
				}
				relabel(&b, "relabel_configs", e.RelabelConfigs)
				relabel(&b, "metric_relabel_configs", e.MetricRelabelConfigs)
			}
		case *monitoringv1alpha1.ScrapeConfig:
			fmt.Fprintf(&b, "  - job_name: %s\n    http_sd_configs: [{url: \"http://%s/sd\"}]\n", *o.Spec.JobName, address)
			relabel(&b, "relabel_configs", o.Spec.RelabelConfigs)
			relabel(&b, "metric_relabel_configs", o.Spec.MetricRelabelConfigs)
		}
	}
	return b.String()
}

// relabel writes the rules that the chart uses.
func relabel(b *strings.Builder, key string, rules []monitoringv1.RelabelConfig) {
	if len(rules) > 0 {
		fmt.Fprintf(b, "    %s:\n", key)
	}
	for _, r := range rules {
		if r.Action == "keep" {
			fmt.Fprintf(b, "      - {source_labels: [%s], regex: %q, action: keep}\n", r.SourceLabels[0], r.Regex)
			continue
		}
		fmt.Fprintf(b, "      - {target_label: %s, replacement: %q}\n", r.TargetLabel, *r.Replacement)
	}
}

// serve starts a program until the end of the test and returns where it listens.
func serve(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the context ends it before
	return listening(t, log)
}

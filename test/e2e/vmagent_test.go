//go:build vmagent

package e2e

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
)

// TestVmagent, which make vmagent runs, has vmagent, with the configuration of docs/integrations.md, and
// Prometheus collect from the same exporter: the series are the same.
func TestVmagent(t *testing.T) {
	t.Parallel()
	exporter := harness.Serve(t, "demo")
	page := readFile(t, "../../docs/integrations.md")
	config := regexp.MustCompile("(?s)```yaml vmagent\n(.*?)```").FindStringSubmatch(page)[1]
	config = strings.ReplaceAll(config, "localhost:10069", exporter.Address)

	prometheus := harness.StartPrometheus(t, fast+config, "--web.enable-remote-write-receiver")
	harness.StartVmagent(t, fast+config, prometheus)
	harness.Within(t, time.Minute, func() error {
		own, err := collected(t, prometheus, `{__name__=~"thulium_.*",collector=""}`)
		if err != nil {
			return err
		}
		other, err := collected(t, prometheus, `{__name__=~"thulium_.*",collector="vmagent"}`)
		if err == nil && (len(own) < 50 || !slices.Equal(own, other)) {
			err = fmt.Errorf("Prometheus has %d series, vmagent %d:\n%s\n\n%s", len(own), len(other), strings.Join(own, "\n"), strings.Join(other, "\n"))
		}
		return err
	})
}

// collected returns the series of a selector without who collected them.
func collected(t *testing.T, prometheus *harness.Prometheus, selector string) (all []string, err error) {
	t.Helper()
	results, err := prometheus.Instant(t.Context(), selector)
	for _, r := range results {
		delete(r.Labels, "collector")
		if le, ok := r.Labels["le"]; ok { // Prometheus 3 writes 1 as 1.0
			r.Labels["le"] = strings.TrimSuffix(le, ".0")
		}
		var labels []string
		for _, name := range slices.Sorted(maps.Keys(r.Labels)) {
			labels = append(labels, name+"="+r.Labels[name])
		}
		all = append(all, strings.Join(labels, " "))
	}
	slices.Sort(all)
	return all, err
}

package server_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
)

// TestDocumentsNameEveryMetric: nothing is missing and nothing is made up.
func TestDocumentsNameEveryMetric(t *testing.T) {
	document, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(document)
	known := append(ofSystems(), ofExporter(t)...)
	for _, metric := range known {
		if !strings.Contains(text, "| `"+metric+"` |") {
			t.Errorf("%s is not in docs/metrics.md", metric)
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `(thulium_[a-z_]+)`").FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, row[1]) {
			t.Errorf("docs/metrics.md invents %s", row[1])
		}
	}
}

// ofSystems returns the names of the metrics of a system.
func ofSystems() (names []string) {
	descs := make(chan *prometheus.Desc, 100)
	metrics := collector.NewMetrics()
	metrics.Campaigns(&collector.Snapshot{}, nil).Describe(descs)
	metrics.Status(&collector.Snapshot{}).Describe(descs)
	metrics.BusinessTime(nil, time.Time{}).Describe(descs)
	close(descs)
	for desc := range descs {
		names = append(names, regexp.MustCompile(`fqName: "([^"]+)"`).FindStringSubmatch(desc.String())[1])
	}
	return names
}

// ofExporter returns the names of the metrics of the exporter itself.
func ofExporter(t *testing.T) (names []string) {
	t.Helper()
	d := start(t, options(t))
	for _, match := range regexp.MustCompile(`(?m)^# TYPE (thulium_exporter_\S+)`).FindAllStringSubmatch(d.Get(t, "/metrics"), -1) {
		names = append(names, match[1])
	}
	return names
}

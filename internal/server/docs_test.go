package server

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
	text := read(t, "../../docs/metrics.md")
	descs := make(chan *prometheus.Desc, 200)
	metrics := collector.NewMetrics()
	metrics.Campaigns(&collector.Snapshot{}, nil).Describe(descs)
	metrics.Status(&collector.Snapshot{}).Describe(descs)
	metrics.BusinessTime(nil, time.Time{}).Describe(descs)
	new(Options).newRegistry(nil, nil).Describe(descs)
	close(descs)
	var known []string
	for desc := range descs {
		metric := regexp.MustCompile(`fqName: "([^"]+)"`).FindStringSubmatch(desc.String())[1]
		if !strings.HasPrefix(metric, "thulium_") {
			continue // of client_golang
		}
		known = append(known, metric)
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

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
)

// TestReadyQueries runs the queries of docs/metrics.md on the demo. Each is valid, and
// each whose result does not depend on luck has one.
func TestReadyQueries(t *testing.T) {
	t.Parallel()
	exporter := harness.Serve(t, "demo")
	prometheus := harness.StartPrometheus(t, harness.Scrape(exporter, time.Second))
	_, text, _ := strings.Cut(readFile(t, "../../docs/metrics.md"), "## Ready queries")
	queries := regexp.MustCompile("(?s)```promql\n(.*?)```").FindStringSubmatch(text)
	if queries == nil {
		t.Fatal("docs/metrics.md has no ready queries")
	}
	for query := range strings.SplitSeq(queries[1], "\n\n") {
		what, expression, _ := strings.Cut(strings.TrimPrefix(query, "# "), "\n")
		expression = regexp.MustCompile(`:\dm\]`).ReplaceAllString(expression, ":1s]") // the database is young
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			switch {
			case strings.HasPrefix(what, "Failed requests"), strings.HasPrefix(what, "Stalled"), strings.HasPrefix(what, "Hours"):
				prometheus.Expect(t, fmt.Sprintf("count(%s) >= bool 0 or vector(1)", expression), "{} 1")
			default:
				prometheus.Expect(t, fmt.Sprintf("count(%s) > bool 0", expression), "{} 1")
			}
		})
	}
}

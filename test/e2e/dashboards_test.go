package e2e

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
)

// dashboard is what the test reads of a dashboard's file.
type dashboard struct {
	UID        string `json:"uid"`
	Title      string `json:"title"`
	Templating struct {
		List []struct {
			Name     string `json:"name"`
			AllValue string `json:"allValue"`
		} `json:"list"`
	} `json:"templating"`
	Panels []struct {
		Title   string `json:"title"`
		Targets []struct {
			RefID   string `json:"refId"`
			Legend  string `json:"legendFormat"`
			Expr    string `json:"expr"`
			Instant bool   `json:"instant"`
		} `json:"targets"`
	} `json:"panels"`
}

// mayBeEmpty are the panels, by a part of their title, that have nothing to show
// while all is well in the demo.
func mayBeEmpty() []string {
	return []string{"Firing alerts", "Failed requests", "Left before", "Zniknęły", "Dropped", "Exporters"}
}

// TestDashboards runs every query of every panel in a real Prometheus that
// scrapes the demo. None fails, and each that should has data.
func TestDashboards(t *testing.T) {
	t.Parallel()
	exporter := harness.Serve(t, "demo", "--web.listen-address=127.0.0.1:0")
	prometheus := harness.StartPrometheus(t, harness.Scrape(exporter, time.Second))
	prometheus.ScrapeAfter(t, time.Now(), 5)
	for _, d := range dashboards(t) {
		t.Run(d.UID, func(t *testing.T) {
			for _, p := range d.Panels {
				found := 0
				for _, target := range p.Targets {
					results, err := run(t, prometheus, d.filled(target.Expr), target.Instant)
					if err != nil {
						t.Errorf("%s, query %s: %s\n%s", p.Title, target.RefID, err, target.Expr)
					}
					found += len(results)
				}
				expected := !slices.ContainsFunc(mayBeEmpty(), func(part string) bool { return strings.Contains(p.Title, part) })
				if len(p.Targets) > 0 && found == 0 && expected {
					t.Errorf("%s is empty", p.Title)
				}
			}
		})
	}
}

// TestDashboardCounts: a campaign counts as stalled and as late if it is both, and
// a number is missing if nothing is known, not a green 0.
func TestDashboardCounts(t *testing.T) {
	t.Parallel()
	centre := `
thulium_up 1
thulium_campaign_info{id="00001",name="Slow"} 1
thulium_campaign_idle_business_seconds{id="00001"} 7200
thulium_campaign_stall_threshold_business_seconds{id="00001"} 7200
thulium_campaign_expected_finish_timestamp_seconds{id="00001"} 1097200
thulium_campaign_deadline_timestamp_seconds{id="00001"} 1000000
thulium_exporter_config_last_reload_successful 0
thulium_exporter_state_last_write_successful 1
`
	var exporter page
	exporter.text.Store(&centre)
	server := httptest.NewServer(&exporter)
	t.Cleanup(server.Close)
	scraped := harness.StartPrometheus(t, harness.Scrape(&harness.Exporter{Address: strings.TrimPrefix(server.URL, "http://")}, time.Second))
	scraped.ScrapeAfter(t, time.Time{}, 1)
	empty := harness.StartPrometheus(t, "")
	for legend, want := range map[string]string{
		"Stalled": "{} 1", "Will miss deadline": "{} 1", "Active campaigns": "{} 1",
		"Stoją": "{} 1", "Nie zdążą na czas": "{} 1", "Aktywne kampanie": "{} 1",
		"Systems without data": "{} 0", "Failed reloads": "{} 1", "Failed state writes": "{} 0",
	} {
		d, expression := queryOf(t, legend)
		expression = d.filled(expression)
		scraped.Expect(t, expression, want)
		empty.Expect(t, expression)
	}
}

// queryOf returns the query with this legend, and its dashboard.
func queryOf(t *testing.T, legend string) (dashboard, string) {
	t.Helper()
	for _, d := range dashboards(t) {
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				if target.Legend == legend {
					return d, target.Expr
				}
			}
		}
	}
	t.Fatalf("no query is called %q", legend)
	return dashboard{}, ""
}

func run(t *testing.T, p *harness.Prometheus, expression string, instant bool) ([]harness.Result, error) {
	t.Helper()
	if instant {
		return p.Instant(t.Context(), expression)
	}
	return p.Range(t.Context(), expression, 10*time.Second, time.Second)
}

// filled puts values in place of the variables, as Grafana does for All.
func (d dashboard) filled(expression string) string { return d.opened(expression, nil) }

// opened puts the values of a link's query in place of the variables, and All
// where there is none.
func (d dashboard) opened(expression string, link url.Values) string {
	values := map[string]string{"__range": "10s", "__rate_interval": "5s", "__interval": "1s"}
	for _, v := range d.Templating.List {
		values[v.Name] = v.AllValue
		if chosen := link["var-"+v.Name]; len(chosen) > 0 {
			values[v.Name] = regexp.QuoteMeta(chosen[0])
		}
	}
	return regexp.MustCompile(`\$(\w+)`).ReplaceAllStringFunc(expression, func(name string) string {
		value, known := values[name[1:]]
		if !known {
			return fmt.Sprintf("unknown variable %s", name)
		}
		return value
	})
}

func dashboards(t *testing.T) []dashboard {
	t.Helper()
	paths, err := filepath.Glob("../../dashboards/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no dashboards, %v", err)
	}
	all := make([]dashboard, len(paths))
	for i, path := range paths {
		if err := json.Unmarshal([]byte(readFile(t, path)), &all[i]); err != nil {
			t.Fatalf("%s: %s", path, err)
		}
	}
	return all
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const rulesFile = "../../deploy/prometheus/thulium.rules.yml"

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
	return []string{"Firing alerts", "Failed requests", "per hour", "na godzinę", "Waiting", "Czekają", "Barely", "słabo", "Gone", "Zniknęły", "Dropped", "Exporters"}
}

// twice is a configuration that scrapes an exporter as two replicas of two systems.
func twice(e *harness.Exporter) string {
	targets := ""
	for _, labels := range []string{"acme, instance: a", "acme, instance: b", "beta, instance: a", "beta, instance: b"} {
		targets += fmt.Sprintf("      - {targets: [%q], labels: {system: %s}}\n", e.Address, labels)
	}
	return "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n  - job_name: thulium\n    static_configs:\n" + targets
}

// TestDashboards runs every query of every panel in a real Prometheus that
// scrapes the demo as two systems of two replicas. None fails, each that should has
// data, and nothing is there twice.
func TestDashboards(t *testing.T) {
	t.Parallel()
	exporter := harness.Serve(t, "demo", "--web.listen-address=127.0.0.1:0")
	prometheus := harness.StartPrometheus(t, twice(exporter))
	prometheus.ScrapeAfter(t, time.Now(), 4*6)
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
					expectOnce(t, p.Title+", query "+target.RefID, results, strings.Contains(target.Expr, "$instance"))
				}
				expected := !slices.ContainsFunc(mayBeEmpty(), func(part string) bool { return strings.Contains(p.Title, part) })
				if len(p.Targets) > 0 && found == 0 && expected {
					t.Errorf("%s is empty", p.Title)
				}
			}
		})
	}
}

// expectOnce expects one result at most for each campaign and each system, and none
// that tells replicas apart, but in panels about these.
func expectOnce(t *testing.T, query string, results []harness.Result, ofReplicas bool) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range results {
		if r.Labels["job"] != "" || r.Labels["instance"] != "" && !ofReplicas {
			t.Errorf("%s: replicas are apart: %v", query, r.Labels)
		}
		key := r.Labels["system"] + " " + r.Labels["id"]
		if r.Labels["id"] != "" && seen[key] {
			t.Errorf("%s: twice: %v", query, r.Labels)
		}
		seen[key] = true
	}
}

// TestDashboardTable: replicas that differ in a name, in a cause and in what is waited for, a
// deadline, systems that list the same name, an outage.
func TestDashboardTable(t *testing.T) {
	t.Parallel()
	records := `
thulium_campaign_records_total{id="00001"} 1000
thulium_campaign_completion_percent{id="00001"} 75
thulium_campaign_records_total{id="00002"} 10
thulium_campaign_completion_percent{id="00002"} 100
`
	rest := `
thulium_campaign_info{id="00001",name="Late"} 1
thulium_campaign_info{id="00002",name="%s"} 1
thulium_campaign_idle_business_seconds{id="00001"} 60
thulium_campaign_stall_threshold_business_seconds{id="00001"} 46800
thulium_campaign_waits_for{id="00001",for="0000%d"} 1
thulium_campaign_idle_cause{id="00001",cause="no_agents"} 1
thulium_campaign_agents{id="00001",state="assigned"} 12
thulium_campaign_agents{id="00001",state="logged_in"} 0
thulium_campaign_idle_cause{id="00002",cause="%s"} 1
thulium_campaign_earliest_finish_timestamp_seconds{id="00001"} 4000000000
thulium_campaign_expected_finish_timestamp_seconds{id="00001"} 4000086400
thulium_campaign_deadline_timestamp_seconds{id="00001"} 3999913600
`
	var a, b page
	both := func(common string) {
		first, second := common+fmt.Sprintf(rest, "Done", 2, "elsewhere"), common+fmt.Sprintf(rest, "Done!", 1, "unknown")
		a.text.Store(&first)
		b.text.Store(&second)
	}
	both("thulium_up 1\n" + records)
	targets := ""
	for _, replica := range []*page{&a, &b} {
		server := httptest.NewServer(replica)
		t.Cleanup(server.Close)
		for _, system := range []string{"acme", "beta"} {
			targets += fmt.Sprintf("      - {targets: [%q], labels: {system: %s}}\n", strings.TrimPrefix(server.URL, "http://"), system)
		}
	}
	prometheus := harness.StartPrometheus(t, "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n  - job_name: thulium\n    static_configs:\n"+targets)
	prometheus.ScrapeAfter(t, time.Time{}, 1)
	column := func(title, refID string) string {
		d := dashboards(t)[0]
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				if p.Title == title && target.RefID == refID {
					return d.filled(target.Expr)
				}
			}
		}
		t.Fatalf("no query %s in %s", refID, title)
		return ""
	}
	campaigns := "Campaigns, the most urgent first"
	expected := func() {
		prometheus.Expect(t, "sum by (system, id) (floor("+column(campaigns, "A")+"))",
			`{id="00001",system="acme"} 4`, `{id="00001",system="beta"} 4`, `{id="00002",system="acme"} 0`, `{id="00002",system="beta"} 0`)
		prometheus.Expect(t, column(campaigns, "F")+" > 0",
			`{id="00001",name="Late",system="acme"} 250`, `{id="00001",name="Late",system="beta"} 250`)
		prometheus.Expect(t, column(campaigns, "K"),
			`{id="00001",name="Late",system="acme"} 2`, `{id="00001",name="Late",system="beta"} 2`)
	}
	expected()
	prometheus.Expect(t, `count by (title) (label_replace(`+column(campaigns, "B")+`, "title", "$1$2", "title", "(Done)!(.*)"))`,
		`{title="Done acme"} 1`, `{title="Done beta"} 1`, `{title="Late acme"} 1`, `{title="Late beta"} 1`)
	prometheus.Expect(t, "count by (system) ("+column("Waiting for another campaign", "A")+")", `{system="acme"} 1`, `{system="beta"} 1`)
	prometheus.Expect(t, `count by (system, id, why) (label_replace(`+column(campaigns, "L")+`, "why", "other$1", "why", "(?:elsewhere|unknown)(.*)"))`,
		`{id="00001",system="acme",why="no_agents out of 0 out of 12"} 1`, `{id="00001",system="beta",why="no_agents out of 0 out of 12"} 1`,
		`{id="00002",system="acme",why="other out of  out of "} 1`, `{id="00002",system="beta",why="other out of  out of "} 1`)
	both("thulium_up 0\n")
	prometheus.Expect(t, "count(thulium_campaign_records_total) or vector(0)", "{} 0")
	expected()
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
thulium_campaign_earliest_finish_timestamp_seconds{id="00001"} 1097200
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
		"Stalled": "{} 1", "Late": "{} 1", "Active": "{} 1",
		"Stoją": "{} 1", "Po terminie": "{} 1", "Aktywne": "{} 1",
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
	return regexp.MustCompile(`\$([a-z_]\w*)`).ReplaceAllStringFunc(expression, func(name string) string {
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

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// dashboard is what the tests read of a dashboard's file.
type dashboard struct {
	UID         string `json:"uid"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Editable    *bool  `json:"editable"`
	Links       []struct {
		URL         string `json:"url"`
		IncludeVars bool   `json:"includeVars"`
		KeepTime    bool   `json:"keepTime"`
	} `json:"links"`
	Templating struct {
		List []variable `json:"list"`
	} `json:"templating"`
	Panels []panel `json:"panels"`

	text string // the whole file
}

type variable struct {
	Type       string          `json:"type"`
	Name       string          `json:"name"`
	Label      string          `json:"label"`
	Definition string          `json:"definition"`
	Datasource source          `json:"datasource"`
	Query      json.RawMessage `json:"query"` // a text or an object, by type
	Regex      string          `json:"regex"`
	Refresh    int             `json:"refresh"`
	Multi      bool            `json:"multi"`
	IncludeAll bool            `json:"includeAll"`
	AllValue   string          `json:"allValue"`
}

type source struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type panel struct {
	ID          int    `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Datasource  source `json:"datasource"`
	GridPos     struct {
		X int `json:"x"`
		Y int `json:"y"`
		W int `json:"w"`
		H int `json:"h"`
	} `json:"gridPos"`
	FieldConfig struct {
		Defaults struct {
			Unit string `json:"unit"`
		} `json:"defaults"`
		Overrides []override `json:"overrides"`
	} `json:"fieldConfig"`
	Targets         []target `json:"targets"`
	Transformations []struct {
		ID      string `json:"id"`
		Options struct {
			RenameByName map[string]string `json:"renameByName"`
		} `json:"options"`
	} `json:"transformations"`
}

type override struct {
	Matcher struct {
		ID      string `json:"id"`
		Options string `json:"options"`
	} `json:"matcher"`
	Properties []struct {
		ID    string `json:"id"`
		Value any    `json:"value"`
	} `json:"properties"`
}

type target struct {
	RefID        string `json:"refId"`
	Expr         string `json:"expr"`
	LegendFormat string `json:"legendFormat"`
	Format       string `json:"format"`
	Instant      bool   `json:"instant"`
	Datasource   source `json:"datasource"`
}

// dashboards reads all of them.
func dashboards(t *testing.T) []dashboard {
	t.Helper()
	files, err := filepath.Glob("../../dashboards/*.json")
	if err != nil || len(files) != 2 {
		t.Fatalf("%d dashboards, %v; want 2", len(files), err)
	}
	var all []dashboard
	for _, file := range files {
		d := dashboard{text: readFile(t, file)}
		if err := json.Unmarshal([]byte(d.text), &d); err != nil {
			t.Fatalf("%s: %s", file, err)
		}
		all = append(all, d)
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

func (d dashboard) variable(name string) variable {
	i := slices.IndexFunc(d.Templating.List, func(v variable) bool { return v.Name == name })
	if i < 0 {
		return variable{}
	}
	return d.Templating.List[i]
}

// target finds the panel's query, like "Completion/A".
func (d dashboard) target(t *testing.T, name string) target {
	t.Helper()
	for _, p := range d.Panels {
		for _, query := range p.Targets {
			if p.Title+"/"+query.RefID == name {
				return query
			}
		}
	}
	t.Fatalf("%s has no %s", d.Title, name)
	return target{}
}

// TestDashboards looks up every query of the dashboards in a Prometheus that
// sees all that they promise to show: one system on /metrics without the label
// system, several behind /probe of two exporters, campaigns that move, stand
// still, are done and vanish, a system that fails, one that is not understood,
// and targets of a foreign job.
func TestDashboards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := dashboards(t)
	w.loses(t, all[0])
	for name, s := range w.selections() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range all {
				w.hasData(t, d, s)
			}
		})
	}
	t.Run("what it says", func(t *testing.T) {
		t.Parallel()
		w.saysWhatIsSo(t, all)
	})
}

// world is what Prometheus sees.
type world struct {
	prometheus     *harness.Prometheus
	north          *harness.Thulium
	demo, one, two *harness.Exporter
	foreign        string // address of a target that is not ours
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{}
	// An hour of the demo in half a second: something happens soon.
	w.demo = harness.Serve(t, "demo", "--demo.speed=7200", "--poll.interval=1s")
	w.north = harness.NewThulium(t, northern()...)
	config := "systems:\n" +
		alwaysOpen("north", w.north) +
		alwaysOpen("south", harness.NewThulium(t, simulator.Documented()...)) +
		alwaysOpen("failing", failing(t, simulator.ServerError)) +
		alwaysOpen("odd", failing(t, simulator.NoID))
	file := harness.File(t, "thulium.yml", config)
	w.one = harness.Serve(t, "--config.file="+file)
	w.two = harness.Serve(t, "--config.file="+file)
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "go_goroutines 7\nprocess_open_fds 7\nprocess_cpu_seconds_total 7\nprocess_start_time_seconds 7\n"+
			"process_resident_memory_bytes 7\npromhttp_metric_handler_requests_total{code=\"200\"} 7\n")
	}))
	t.Cleanup(foreign.Close)
	w.foreign = strings.TrimPrefix(foreign.URL, "http://")
	w.prometheus = harness.StartPrometheus(t, w.config(t))
	return w
}

// northern are campaigns that move by a hundred records in a second, stand
// still, are done and, the last, will vanish.
func northern() []simulator.Campaign {
	return []simulator.Campaign{
		{ID: "00001", Records: 100_000, PerHour: 360_000},
		{ID: "00002", Records: 1000, Done: 250},
		{ID: "00003", Records: 500, Done: 500, Lingers: time.Hour},
		{ID: "00004", Records: 1000, Done: 400},
	}
}

// loses takes the last campaign from the list, once the rules know it.
func (w *world) loses(t *testing.T, campaigns dashboard) {
	t.Helper()
	north := selection{chosen: map[string][]string{"system": {"north"}, "campaign": {"00004"}}}
	query := campaigns.target(t, "Campaigns, those that stand still first/F")
	harness.Eventually(t, func() error {
		results, err := w.evaluate(t.Context(), campaigns, query, north)
		if len(results) == 0 {
			err = errors.Join(errors.New("the rules do not know the campaign"), err)
		}
		return err
	})
	w.north.SetCampaigns(northern()[:3])
}

// alwaysOpen is entry for a system that works around the clock, so that the
// tests do not depend on it.
func alwaysOpen(name string, thulium *harness.Thulium) string {
	return entry(name, thulium, "Survey") + `    business_hours:
      windows: [{weekdays: ["monday:sunday"], times: [{start_time: "00:00", end_time: "24:00"}]}]
      holidays: [none]
`
}

func failing(t *testing.T, fault simulator.Fault) *harness.Thulium {
	t.Helper()
	thulium := harness.NewThulium(t, simulator.Documented()...)
	thulium.SetFault(fault)
	return thulium
}

// config scrapes as the README says. One foreign target does not answer.
func (w *world) config(t *testing.T) string {
	t.Helper()
	return "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n" +
		fmt.Sprintf("rule_files: [%q]\n", quickRules(t)) +
		discovered(w.one, w.two) + fmt.Sprintf(`
  - {job_name: single, static_configs: [{targets: [%q]}]}
  - {job_name: exporters, static_configs: [{targets: [%q, %q]}]}
  - {job_name: foreign, static_configs: [{targets: [%q, "127.0.0.1:1"]}]}
`, w.demo.Address, w.one.Address, w.two.Address, w.foreign)
}

// quickRules returns a copy of the recording rules that do not take hours: they
// are evaluated each second, and what waits for an hour waits for a second.
func quickRules(t *testing.T) string {
	t.Helper()
	rules := readFile(t, rulesFile)
	for _, change := range []struct{ old, new string }{
		{`(?m)^( +interval:) .*`, "$1 1s"},
		{`vector\((\d+) \* 3600\)`, "vector($1)"},
		{`>= 2 \* 3600`, ">= 1"},
		{`- 5 \* 3600`, "- 500 * 3600"}, // what vanishes is not forgotten while the test looks
		{`\[7d:30m\]`, "[5m:1s]"},
		{`offset 7d`, "offset 2s"},
	} {
		rules = regexp.MustCompile(change.old).ReplaceAllString(rules, change.new)
	}
	return harness.File(t, "thulium.rules.yml", rules)
}

const rulesFile = "../../deploy/prometheus/thulium.rules.yml"

// selection is what somebody chooses above a dashboard.
type selection struct {
	chosen map[string][]string // by variable; nothing means All
	empty  map[string]string   // what returns nothing then, and until when
}

// onlyInTrouble shows nothing as long as all is well.
func onlyInTrouble() map[string]string {
	return map[string]string{
		"Failed requests by system/A":      "a request to Thulium fails",
		"Campaigns and rejected entries/B": "an entry of an answer cannot be used",
	}
}

func (w *world) selections() map[string]selection {
	single := onlyInTrouble()
	single["$system"] = "a target has the label system"
	return map[string]selection{
		"all": {},
		"one system": {
			chosen: map[string][]string{"job": {"single"}, "instance": {w.demo.Address}},
			empty:  single,
		},
		"some of many systems": {
			chosen: map[string][]string{
				"job":      {"thulium", "exporters"},
				"instance": {w.one.Address, w.two.Address},
				"system":   {"north", "south"},
				"campaign": {"00001", "00002", "00003", "00004"},
			},
			empty: onlyInTrouble(),
		},
	}
}

// hasData evaluates every query of a dashboard.
func (w *world) hasData(t *testing.T, d dashboard, s selection) {
	t.Helper()
	check := func(name string, find func(context.Context) (int, error)) {
		state, wantNone := s.empty[name]
		if wantNone {
			if n, err := find(t.Context()); n != 0 || err != nil {
				t.Errorf("%s: %s returns %d results (%v), but should not until %s", d.Title, name, n, err, state)
			}
			return
		}
		harness.Eventually(t, func() error {
			n, err := find(t.Context())
			if n == 0 {
				err = errors.Join(fmt.Errorf("%s: %s returns nothing", d.Title, name), err)
			}
			return err
		})
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			check("$"+v.Name, func(ctx context.Context) (int, error) {
				options, err := w.options(ctx, d, v, s)
				return len(options), err
			})
		}
	}
	for _, p := range d.Panels {
		for _, query := range p.Targets {
			check(p.Title+"/"+query.RefID, func(ctx context.Context) (int, error) {
				results, err := w.evaluate(ctx, d, query, s)
				return len(results), errors.Join(err, w.plausible(query, results))
			})
		}
	}
}

// evaluate runs a query as its panel does.
func (w *world) evaluate(ctx context.Context, d dashboard, query target, s selection) ([]harness.Result, error) {
	expression, err := fill(d, query.Expr, s)
	if err != nil {
		return nil, err
	}
	if query.Instant {
		return w.prometheus.Instant(ctx, expression)
	}
	return w.prometheus.Range(ctx, expression, 8*time.Second, 2*time.Second)
}

// plausible finds what no result may contain.
func (w *world) plausible(query target, results []harness.Result) error {
	var problems []error
	for _, r := range results {
		if id, found := r.Labels["id"]; found && !regexp.MustCompile(`^\d{5}$`).MatchString(id) {
			problems = append(problems, fmt.Errorf("the id %q has lost something", id))
		}
		if r.Labels["job"] == "foreign" || r.Labels["instance"] == w.foreign {
			problems = append(problems, fmt.Errorf("%v is not ours", r.Labels))
		}
		// A table joins its queries by all labels that they have in common.
		if query.Format == "table" && r.Labels["__name__"] != "" {
			problems = append(problems, fmt.Errorf("%v would not be joined", r.Labels))
		}
		if r.Value == "NaN" || strings.HasSuffix(r.Value, "Inf") {
			problems = append(problems, fmt.Errorf("%v is %s", r.Labels, r.Value))
		}
		if query.LegendFormat != "__auto" && strings.HasPrefix(legend(query, r), " ") {
			problems = append(problems, fmt.Errorf("%v has no name", r.Labels))
		}
	}
	return errors.Join(problems...)
}

// fill puts values in place of variables as Grafana's data source for
// Prometheus does: what is chosen is escaped and joined, a value for All is
// taken as it is, and what is no variable, like $1, stays.
func fill(d dashboard, text string, s selection) (string, error) {
	values := map[string]string{
		"__rate_interval": "4s", // four scrapes, as Grafana has it
		"__interval":      "2s",
		"__range":         "600s",
	}
	for _, v := range d.Templating.List {
		switch chosen := s.chosen[v.Name]; len(chosen) {
		case 0:
			values[v.Name] = v.AllValue
		case 1:
			values[v.Name] = escape(chosen[0])
		default:
			var escaped []string
			for _, value := range chosen {
				escaped = append(escaped, escape(value))
			}
			values[v.Name] = "(" + strings.Join(escaped, "|") + ")"
		}
	}
	var unknown []error
	filled := regexp.MustCompile(`\$\{?([a-z_]+)\}?`).ReplaceAllStringFunc(text, func(reference string) string {
		value := values[strings.Trim(reference, "${}")]
		if value == "" {
			unknown = append(unknown, fmt.Errorf("%s is not known", reference))
		}
		return value
	})
	return filled, errors.Join(unknown...)
}

// escape is for a regular expression within a text in quotes.
func escape(value string) string {
	value = strings.ReplaceAll(value, `\`, `\\\\`)
	return regexp.MustCompile(`[$^*{}\[\]'+?.()|]`).ReplaceAllString(value, `\\$0`)
}

// option is what a variable offers.
type option struct{ value, text string }

// options evaluates the query of a variable.
func (w *world) options(ctx context.Context, d dashboard, v variable, s selection) ([]option, error) {
	query, err := fill(d, v.Definition, s)
	if err != nil {
		return nil, err
	}
	if match := regexp.MustCompile(`^label_values\((.+), *(\w+)\)$`).FindStringSubmatch(query); match != nil {
		values, err := w.prometheus.LabelValues(ctx, match[1], match[2])
		var options []option
		for _, value := range values {
			options = append(options, option{value, value})
		}
		return options, err
	}
	match := regexp.MustCompile(`^query_result\((.+)\)$`).FindStringSubmatch(query)
	if match == nil {
		return nil, fmt.Errorf("%s is neither label_values nor query_result", query)
	}
	results, err := w.prometheus.Instant(ctx, match[1])
	if err != nil {
		return nil, err
	}
	return v.match(results)
}

// match applies the regular expression of a variable to results in the text
// that Grafana makes of them.
func (v variable) match(results []harness.Result) ([]option, error) {
	expression, err := regexp.Compile(strings.Trim(v.Regex, "/"))
	if err != nil {
		return nil, err
	}
	var options []option
	for _, r := range results {
		var labels []string
		for name, value := range r.Labels {
			labels = append(labels, name+`="`+value+`"`) // not escaped
		}
		slices.Sort(labels)
		line := "{" + strings.Join(labels, ",") + "} " + r.Value + " 1700000000000"
		found := expression.FindStringSubmatch(line)
		if found == nil {
			return nil, fmt.Errorf("%s does not match %s", v.Regex, line)
		}
		options = append(options, option{found[expression.SubexpIndex("value")], found[expression.SubexpIndex("text")]})
	}
	return options, nil
}

// legend is the name that a panel gives to a series.
func legend(query target, r harness.Result) string {
	return regexp.MustCompile(`\{\{(\w+)\}\}`).ReplaceAllStringFunc(query.LegendFormat, func(label string) string {
		return r.Labels[strings.Trim(label, "{}")]
	})
}

// saysWhatIsSo compares what the dashboards show with what is known.
func (w *world) saysWhatIsSo(t *testing.T, all []dashboard) {
	t.Helper()
	campaigns, exporter := all[0], all[1]
	demo := selection{chosen: map[string][]string{"job": {"single"}}}
	north := selection{chosen: map[string][]string{"system": {"north"}}}
	both := selection{chosen: map[string][]string{"system": {"north", "south"}}}
	everything := selection{}
	expect := func(d dashboard, name string, s selection, want ...string) {
		harness.Eventually(t, func() error {
			query := d.target(t, name)
			results, err := w.evaluate(t.Context(), d, query, s)
			var got []string
			for _, r := range results {
				got = append(got, legend(query, r)+" = "+r.Value)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				return errors.Join(fmt.Errorf("%s: %s is %q, not %q", d.Title, name, got, want), err)
			}
			return nil
		})
	}
	// Two exporters serve each system; it counts once.
	expect(campaigns, "Active campaigns/A", both, "Active campaigns = 5")
	expect(campaigns, "Records/A", selection{chosen: map[string][]string{"system": {"south"}}}, "Records = 1344")
	expect(campaigns, "Vanished/A", north, "Vanished = 1")
	expect(campaigns, "Stalled/A", both, "Stalled = 3")
	expect(campaigns, "Systems without data/A", everything, "Systems without data = 1")
	expect(campaigns, "How far they are/A", selection{chosen: map[string][]string{"system": {"south"}}},
		"00002 · south = 23", "Survey · south = 14.87")
	expect(campaigns, "Moving, stalled or closed/A", both,
		"00002 · north = 3", "00002 · south = 3", "Survey · north = 1", "Survey · south = 3")
	const done = -1 // as the column State has it
	expect(campaigns, "Campaigns, those that stand still first/G",
		selection{chosen: map[string][]string{"system": {"north"}, "campaign": {"00003"}}}, fmt.Sprintf("__auto = %d", done))
	// The foreign target that does not answer is nobody's business here.
	expect(exporter, "Targets down/A", everything, "Targets down = 0")
	expect(exporter, "Data/A", both, "north = 1", "south = 1")
	expect(exporter, "Data/A", demo, w.demo.Address+" = 1")
	w.namesTheDemo(t, campaigns, demo)
	w.joinsTables(t, campaigns, both)
}

// namesTheDemo wants names without any system, as there is only one.
func (w *world) namesTheDemo(t *testing.T, d dashboard, s selection) {
	t.Helper()
	query := d.target(t, "How far they are/A")
	harness.Eventually(t, func() error {
		results, err := w.evaluate(t.Context(), d, query, s)
		for _, r := range results {
			if legend(query, r) == "Satisfaction survey" && r.Labels["id"] == "00001" {
				return nil
			}
		}
		return errors.Join(fmt.Errorf("no satisfaction survey in %v", results), err)
	})
	harness.Eventually(t, func() error {
		options, err := w.options(t.Context(), d, d.variable("campaign"), s)
		if !slices.Contains(options, option{"00001", "00001 Satisfaction survey"}) {
			return errors.Join(fmt.Errorf("no satisfaction survey in %v", options), err)
		}
		return nil
	})
}

// joinsTables wants no two lines of one campaign within a query, and in every
// query the labels that tell campaigns apart, so that Grafana can join them.
func (w *world) joinsTables(t *testing.T, d dashboard, s selection) {
	t.Helper()
	for _, p := range d.Panels {
		if p.Type != "table" {
			continue
		}
		for _, query := range p.Targets {
			results, err := w.evaluate(t.Context(), d, query, s)
			if err != nil {
				t.Error(err)
			}
			seen := map[string]bool{}
			for _, r := range results {
				key := r.Labels["job"] + " " + r.Labels["system"] + " " + r.Labels["id"]
				if seen[key] || r.Labels["job"] == "" || r.Labels["system"] == "" || r.Labels["id"] == "" {
					t.Errorf("%s/%s: %v is there twice, or cannot be told from others", p.Title, query.RefID, r.Labels)
				}
				seen[key] = true
			}
		}
	}
}

// TestDashboardConventions checks the structure of the files.
func TestDashboardConventions(t *testing.T) {
	t.Parallel()
	all := dashboards(t)
	for i, d := range all {
		t.Run(d.UID, func(t *testing.T) {
			t.Parallel()
			if d.Title == "" || d.Description == "" || d.Editable == nil || *d.Editable {
				t.Error("a dashboard has a title and a description, and is not editable")
			}
			other := all[1-i]
			if len(d.Links) != 1 || d.Links[0].URL != "/d/"+other.UID || !d.Links[0].IncludeVars || !d.Links[0].KeepTime {
				t.Errorf("no link to %s that keeps variables and time", other.UID)
			}
			if strings.Contains(d.text, `"__inputs"`) || strings.Contains(d.text, `"rows"`) {
				t.Error("it is not in the present format")
			}
			variablesAreRight(t, d)
			panelsAreRight(t, d)
			panelsDoNotOverlap(t, d)
		})
	}
}

func variablesAreRight(t *testing.T, d dashboard) {
	t.Helper()
	for name, want := range map[string]variable{
		"datasource": {Type: "datasource", Label: "Data source", Query: json.RawMessage(`"prometheus"`)},
		"job":        {Type: "query", Label: "Job", AllValue: ".+"},
		"instance":   {Type: "query", Label: "Instance", AllValue: ".+"},
		"system":     {Type: "query", Label: "System", AllValue: ".*"}, // targets without the label belong to All
	} {
		got := d.variable(name)
		if got.Type != want.Type || got.Label != want.Label || got.AllValue != want.AllValue {
			t.Errorf("the variable %s is %+v", name, got)
		}
		if want.Query != nil && string(got.Query) != string(want.Query) {
			t.Errorf("the variable %s asks for %s", name, got.Query)
		}
	}
	const onTimeChange = 2
	for _, v := range d.Templating.List {
		if v.Type != "query" {
			continue
		}
		if !v.Multi || !v.IncludeAll || v.Refresh != onTimeChange || v.AllValue == "" {
			t.Errorf("%s cannot take several values or all, or is not refreshed with the time", v.Name)
		}
		if !strings.Contains(string(v.Query), strconv.Quote(v.Definition)) {
			t.Errorf("%s has two queries: %s and %s", v.Name, v.Definition, v.Query)
		}
		isVariable(t, v.Name, v.Datasource)
		if v.Name != "job" && !strings.Contains(v.Definition, `job=~"$job"`) {
			t.Errorf("%s does not depend on the job", v.Name)
		}
		if v.Name != "job" && v.Name != "instance" && !strings.Contains(v.Definition, `instance=~"$instance"`) {
			t.Errorf("%s does not depend on the instance", v.Name)
		}
	}
}

func isVariable(t *testing.T, name string, s source) {
	t.Helper()
	if s != (source{"prometheus", "${datasource}"}) {
		t.Errorf("%s has the data source %v", name, s)
	}
}

func panelsAreRight(t *testing.T, d dashboard) {
	t.Helper()
	ids := map[int]bool{}
	titles := map[string]bool{}
	for _, p := range d.Panels {
		if ids[p.ID] || titles[p.Title] || p.Title == "" {
			t.Errorf("%q has no id or title of its own", p.Title)
		}
		ids[p.ID], titles[p.Title] = true, true
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			t.Errorf("%q needs a description, a unit and a query", p.Title)
		}
		isVariable(t, p.Title, p.Datasource)
		for _, query := range p.Targets {
			isVariable(t, p.Title, query.Datasource)
			queryIsRight(t, p.Title+"/"+query.RefID, query.Expr)
		}
		if p.Type == "table" {
			tableKeepsTexts(t, p)
		}
	}
}

func queryIsRight(t *testing.T, name, expression string) {
	t.Helper()
	if !strings.Contains(expression, `job=~"$job"`) || !strings.Contains(expression, `instance=~"$instance"`) {
		t.Errorf("%s does not depend on job and instance", name)
	}
	for _, window := range regexp.MustCompile(`(?:rate|increase|changes)\([^\[\]]*\[([^\]]*)\]`).FindAllStringSubmatch(expression, -1) {
		if window[1] != "$__rate_interval" && window[1] != "$__range" {
			t.Errorf("%s looks back by %s", name, window[1])
		}
	}
	for _, selector := range selectors(t, expression) {
		recorded := strings.Contains(selector.Name, ":")
		if !recorded && (!strings.Contains(selector.String(), `job=~"`) || !strings.Contains(selector.String(), `instance=~"`)) {
			t.Errorf("%s: %s is of any job or instance", name, selector)
		}
		if recorded && !strings.HasSuffix(selector.Name, ":threshold") && !strings.Contains(selector.String(), `job=~"`) {
			t.Errorf("%s: %s is of any job", name, selector)
		}
	}
}

// tableKeepsTexts: with a unit of numbers Grafana shows the text 00001 as 1, so
// that is for columns with values only.
func tableKeepsTexts(t *testing.T, p panel) {
	t.Helper()
	if p.FieldConfig.Defaults.Unit != "string" {
		t.Errorf("the unit of %q is not string", p.Title)
	}
	columns := map[string]string{}
	for _, transformation := range p.Transformations {
		if !slices.Contains([]string{"merge", "organize"}, transformation.ID) {
			t.Errorf("%q: does %s keep the zeros of ids?", p.Title, transformation.ID)
		}
		for label, column := range transformation.Options.RenameByName {
			columns[column] = label
		}
	}
	for _, o := range p.FieldConfig.Overrides {
		label, found := columns[o.Matcher.Options]
		if o.Matcher.ID != "byName" || !found {
			t.Errorf("%q has no column for %v", p.Title, o.Matcher)
		}
		for _, property := range o.Properties {
			if property.ID == "unit" && property.Value != "string" && !strings.HasPrefix(label, "Value") {
				t.Errorf("%q takes the label %s for a number", p.Title, label)
			}
		}
	}
}

func panelsDoNotOverlap(t *testing.T, d dashboard) {
	t.Helper()
	taken := map[[2]int]string{}
	for _, p := range d.Panels {
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%q lies on %q or beyond the edge", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}

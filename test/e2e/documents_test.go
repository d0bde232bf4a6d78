package e2e

import (
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"thulium_exporter/test/e2e/harness"
)

// TestDocumentsNameWhatThereIs compares the names of metrics in all documents
// with those that the exporter publishes or describes.
func TestDocumentsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	documents := documents(t)
	exporter := harness.Serve(t, "demo")
	exporter.WaitFor(t, "/metrics", "thulium_up 1")
	published := names(t, exporter.Get(t, "/metrics", nil))
	known := slices.Concat(published, documented(documents))

	for file, text := range documents {
		for _, name := range mentioned(text) {
			if !slices.ContainsFunc(known, func(k string) bool { return named(name, k) }) {
				t.Errorf("%s names %s, which nobody publishes", file, name)
			}
		}
	}
	everything := strings.Join(slices.Collect(maps.Values(documents)), "\n")
	in := slices.Concat(mentioned(everything), families(everything))
	for _, name := range published {
		if !slices.ContainsFunc(in, func(n string) bool { return named(n, name) }) {
			t.Errorf("no document mentions %s", name)
		}
	}
}

// TestDashboardsNameWhatThereIs reads the queries as Prometheus does, so that
// it finds metrics of any name.
func TestDashboardsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	exporter := harness.Serve(t, "demo")
	exporter.WaitFor(t, "/metrics", "thulium_up 1")
	known := slices.Concat(names(t, exporter.Get(t, "/metrics", nil)), documented(documents(t)),
		[]string{"up", "ALERTS"}) // by Prometheus itself
	for _, d := range dashboards(t) {
		for _, p := range d.Panels {
			for _, query := range p.Targets {
				for _, selector := range selectors(t, query.Expr) {
					for _, name := range selected(selector) {
						if !slices.Contains(known, name) {
							t.Errorf("%s: %s/%s queries %s, which nobody publishes", d.Title, p.Title, query.RefID, name)
						}
					}
				}
			}
		}
	}
}

// documents returns the texts that name metrics, by file.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{"README.md": readFile(t, "../../README.md"), "README.pl.md": readFile(t, "../../README.pl.md"), rulesFile: readFile(t, rulesFile)}
	for _, directory := range []string{"../../dashboards", "../../docs"} {
		err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && slices.Contains([]string{".md", ".json"}, filepath.Ext(path)) && !entry.IsDir() {
				texts[path] = readFile(t, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// names returns the metrics of an exposition: of its samples and, for
// histograms and summaries, of their families.
func names(t *testing.T, response harness.Response) []string {
	t.Helper()
	found := map[string]bool{}
	for series := range parse(t, response) {
		found[regexp.MustCompile(`__name__="([^"]*)"`).FindStringSubmatch(series)[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// documented returns the metrics in the tables of the documents. Unit tests
// compare these with what the exporter describes, so they hold those, too, that
// are absent while all is well.
func documented(documents map[string]string) []string {
	var names []string
	for _, text := range documents {
		for _, row := range regexp.MustCompile("(?m)^\\| `(thulium_[a-z_]+)`").FindAllStringSubmatch(text, -1) {
			names = append(names, row[1])
		}
	}
	return names
}

// mentioned returns what a text says about metrics of ours. A name that ends
// with an underscore stands for all that begin like that.
func mentioned(text string) []string {
	var names []string
	for _, name := range regexp.MustCompile(`[a-z0-9_:]*\bthulium[_:][a-z0-9_:]+`).FindAllString(text, -1) {
		name = strings.Trim(name, ":")
		program := strings.HasPrefix(name, "thulium_exporter") && !strings.HasPrefix(name, "thulium_exporter_")
		if !program {
			names = append(names, name)
		}
	}
	return names
}

// families returns others that a text mentions as a whole, like `go_*`.
func families(text string) []string {
	var names []string
	for _, match := range regexp.MustCompile("`([a-z]+_)\\*`").FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	return names
}

// named reports whether a mention stands for a metric, or for a series of it.
func named(mention, metric string) bool {
	series := []string{mention, mention + "_bucket", mention + "_count", mention + "_sum"}
	return slices.Contains(series, metric) || strings.HasSuffix(mention, "_") && strings.HasPrefix(metric, mention)
}

// selectors returns the selectors of a query of a dashboard.
func selectors(t *testing.T, expression string) []*parser.VectorSelector {
	t.Helper()
	expression = regexp.MustCompile(`\$__\w+`).ReplaceAllString(expression, "1m")
	tree, err := parser.NewParser(parser.Options{}).ParseExpr(expression)
	if err != nil {
		t.Fatalf("%s: %s", expression, err)
	}
	var all []*parser.VectorSelector
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			all = append(all, selector)
		}
		return nil
	})
	return all
}

// selected returns the names of a selector.
func selected(selector *parser.VectorSelector) []string {
	if selector.Name != "" {
		return []string{selector.Name}
	}
	for _, matcher := range selector.LabelMatchers {
		if matcher.Name == "__name__" {
			return strings.Split(matcher.Value, "|")
		}
	}
	return []string{selector.String()}
}

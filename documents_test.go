package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocumentsLinks: relative links lead to what exists, and their anchors to
// headings.
func TestDocumentsLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, file := range files(t, ".md") {
		for _, match := range link.FindAllStringSubmatch(read(t, file), -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(match[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link %s leads nowhere", file, match[1])
			} else if anchor != "" && !slices.Contains(anchors(read(t, target)), anchor) {
				t.Errorf("%s: there is no such heading: %s", file, match[1])
			}
		}
	}
}

// TestRunbooks: the links of alerts and of the Polish messages open a page, which is
// complete without the other documents, and each cause has a section.
func TestRunbooks(t *testing.T) {
	for _, rules := range []string{"deploy/prometheus/thulium.rules.yml", "deploy/prometheus/thulium-departed.rules.yml"} {
		for _, page := range found(read(t, rules), `runbook_url: https://example.com/thulium_exporter/docs/runbooks/(\S+)`) {
			pages := []string{"docs/runbooks/" + page}
			if regexp.MustCompile("^Thulium(All)?Campaign").MatchString(page) { // as in thulium.pl.tmpl
				pages = append(pages, "docs/runbooks/pl/"+page)
			}
			for _, path := range pages {
				text := read(t, path)
				if links := found(text, `\]\((\.\./[^)]*)\)`); len(links) > 0 {
					t.Errorf("%s is published without %q", path, links)
				}
				if causes := found(text, "(?m)^### `([a-z_]+)`"); page == "ThuliumCampaignStalled.md" &&
					!slices.Equal(causes, []string{"no_agents", "paused", "elsewhere", "idle", "unknown"}) {
					t.Errorf("%s has sections for %q", path, causes)
				}
			}
		}
	}
}

// TestDocumentsProofs: the tests that the threat model names exist.
func TestDocumentsProofs(t *testing.T) {
	var known []string
	for _, file := range files(t, "_test.go") {
		known = append(known, found(read(t, file), `(?m)^func ((?:Test|Fuzz)\w+)\(`)...)
	}
	named := found(read(t, "docs/threat-model.md"), "`((?:Test|Fuzz)\\w+)`")
	if len(named) == 0 {
		t.Error("no test is named")
	}
	for _, name := range named {
		if !slices.Contains(known, name) {
			t.Errorf("docs/threat-model.md names %s, which does not exist", name)
		}
	}
}

// TestDocumentsArchitecture: it names every package, and only files that exist.
func TestDocumentsArchitecture(t *testing.T) {
	text := read(t, "docs/architecture.md")
	for _, directory := range packages(t) {
		if directory != "." && !strings.HasPrefix(directory, "test") && !strings.HasSuffix(directory, "test") &&
			!strings.Contains(text, "["+directory+"/](") {
			t.Errorf("docs/architecture.md does not explain %s", directory)
		}
	}
	for _, file := range found(text, `\b((?:thulium|collector|internal)/[a-z/]*\.go)\b`) {
		if _, err := os.Stat(file); err != nil {
			t.Errorf("docs/architecture.md names %s, which does not exist", file)
		}
	}
}

// TestReadmeLength: visitors read a page, not a manual.
func TestReadmeLength(t *testing.T) {
	if n := strings.Count(read(t, "README.md"), "\n"); n > 190 {
		t.Errorf("README.md has %d lines, at most 190 are read", n)
	}
}

// anchors returns what links to the headings of a document end with.
func anchors(text string) []string {
	text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
	var all []string
	for _, heading := range found(text, `(?m)^#+ (.+)$`) {
		heading = regexp.MustCompile(`[^\pL\pN _-]`).ReplaceAllString(strings.ToLower(heading), "")
		all = append(all, strings.ReplaceAll(heading, " ", "-"))
	}
	return all
}

// files lists the files of the repository whose names end with suffix.
func files(t *testing.T, suffix string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && (name == "node_modules" || name == "dist" || path != "." && name[0] == '.'):
			return fs.SkipDir
		case !entry.IsDir() && strings.HasSuffix(name, suffix):
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestDependenciesHaveReasons compares the document with what go.mod requires
// directly.
func TestDependenciesHaveReasons(t *testing.T) {
	required := found(read(t, "go.mod"), `(?m)^(?:require )?\t?(\S+) v\S+$`) // lines of others end with a comment
	explained := found(read(t, "docs/dependencies.md"), "(?m)^\\| `(\\S+)` \\| \\S")
	if !slices.Equal(required, explained) {
		t.Errorf("go.mod requires\n%q, docs/dependencies.md explains\n%q", required, explained)
	}
}

// found returns what the group of an expression matches.
func found(text, expression string) []string {
	var all []string
	for _, match := range regexp.MustCompile(expression).FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

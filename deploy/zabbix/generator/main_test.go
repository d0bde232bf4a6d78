package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFilesAreCurrent: what is committed is what the generator writes.
func TestFilesAreCurrent(t *testing.T) {
	for name, language := range files() {
		want, err := render(language)
		if err != nil {
			t.Fatal(err)
		}
		if have := read(t, filepath.Join("..", name)); have != string(want) {
			t.Errorf("%s is not current; run: make zabbix-templates", name)
		}
	}
}

// TestUUIDs: no two things have the same, in one file or in both; only the group is
// Zabbix' own.
func TestUUIDs(t *testing.T) {
	uuids := map[string]int{}
	for name := range files() {
		for _, m := range regexp.MustCompile(`uuid: (\S+)`).FindAllStringSubmatch(read(t, filepath.Join("..", name)), -1) {
			if uuids[m[1]]++; !regexp.MustCompile("^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$").MatchString(m[1]) {
				t.Errorf("%s: %s is no UUID of version 4", name, m[1])
			}
		}
	}
	for uuid, n := range uuids {
		if n > 1 && uuid != "a571c0d144b14fd4a87a9d9b2aa9fcd6" {
			t.Errorf("%s is used %d times", uuid, n)
		}
	}
}

// TestEveryTextIsInBothLanguages: none is empty, and none was forgotten to be
// translated.
func TestEveryTextIsInBothLanguages(t *testing.T) {
	same := []string{"System"} // the same word in both
	texts := regexp.MustCompile(`\[\[(?:tr|raw) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"\]\]`).FindAllStringSubmatch(source, -1)
	if len(texts) != strings.Count(source, "[[tr ")+strings.Count(source, "[[raw ") {
		t.Errorf("read %d texts, there are more", len(texts))
	}
	for _, m := range texts {
		if m[1] == "" || m[2] == "" || m[1] == m[2] && !slices.Contains(same, m[1]) {
			t.Errorf("%q in English, %q in Polish", m[1], m[2])
		}
	}
}

// TestEveryAlertHasATrigger: what Prometheus' rules find, Zabbix finds, and links to
// the same runbook.
func TestEveryAlertHasATrigger(t *testing.T) {
	rules, err := filepath.Glob("../../prometheus/*.rules.yml")
	if err != nil || len(rules) == 0 {
		t.Fatal("no rules: ", err)
	}
	elsewhere := []string{"ThuliumCentreClosed"} // mutes messages; triggers look at business hours themselves
	for _, file := range rules {
		for _, m := range regexp.MustCompile(`- alert: (\w+)`).FindAllStringSubmatch(read(t, file), -1) {
			for name := range files() {
				if !slices.Contains(elsewhere, m[1]) && !strings.Contains(read(t, filepath.Join("..", name)), "/"+m[1]+".md'") {
					t.Errorf("%s: no trigger links to the runbook of %s", name, m[1])
				}
			}
		}
	}
}

// TestRunbooksExist: every trigger links to a runbook that there is.
func TestRunbooksExist(t *testing.T) {
	for name := range files() {
		links := regexp.MustCompile(`url: '\{\$THULIUM\.RUNBOOKS\}/(\S+)'`).FindAllStringSubmatch(read(t, filepath.Join("..", name)), -1)
		if len(links) == 0 {
			t.Errorf("%s: no links", name)
		}
		for _, link := range links {
			read(t, filepath.Join("../../../docs/runbooks", link[1]))
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

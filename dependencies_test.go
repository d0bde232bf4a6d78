package main

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

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

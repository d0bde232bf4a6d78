package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLanguage keeps words out that this project once used in a sense of their
// own, in place of those that Prometheus' documentation has. It looks at the
// directories that are free of them, tests aside.
func TestLanguage(t *testing.T) {
	old := regexp.MustCompile(`(?i)\b(anew|newest|folders?|good answers?|stands? still|left out|goes on|go on|cannot be used)\b`)
	for _, directory := range []string{"internal/cli", "internal/logging", "internal/server", "internal/text"} {
		err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, word := range old.FindAllString(string(text), -1) {
				t.Errorf("%s: %q; see the rest of the code for the word to use", path, word)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

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

// TestLanguage keeps words out that this project once used in a sense of their
// own, in place of those of Prometheus' documentation. It reads all texts of the
// repository but tests, what is not English, and the changelog.
func TestLanguage(t *testing.T) {
	old := regexp.MustCompile(`(?i)\b(anew|newest|folders?[^:\w]|good answers?|answer(s|ed)?|asked|stands? still|left (out|alone)|go(es)? on|cannot be used|(is|are) told|told as|opening times|slips of the pen)\b`)
	read := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && isForeign(entry.Name()) {
				return filepath.SkipDir
			}
			return err
		}
		if !isText(path) {
			return nil
		}
		read++
		text, err := os.ReadFile(path)
		for _, word := range old.FindAllString(string(text), -1) {
			t.Errorf("%s: %q; see the rest of the repository for the word to use", path, word)
		}
		return err
	})
	if err != nil || read < 150 {
		t.Errorf("read %d files: %v", read, err)
	}
}

// isForeign reports whether a directory has texts of others, or made for tests.
func isForeign(directory string) bool {
	return len(directory) > 1 && directory[0] == '.' || slices.Contains([]string{"testdata", "node_modules", "dist", "pl"}, directory)
}

// isText reports whether a file is checked.
func isText(path string) bool {
	if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".pl.md") || path == "CHANGELOG.md" {
		return false
	}
	return slices.Contains([]string{".go", ".md", ".yml", ".yaml", ".tpl", ".service", ".socket", ".default"}, filepath.Ext(path))
}

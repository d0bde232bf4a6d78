package main

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestImportsRunOneWay: a package imports only packages that stand after it
// here, and nothing that its line forbids.
func TestImportsRunOneWay(t *testing.T) {
	layers := []struct {
		directory string
		forbidden string // prefix of import paths; empty: nothing
	}{
		{".", "thulium_exporter/thulium"},
		{"internal/cli", ""},
		{"internal/server", ""},
		{"internal/web", "log/slog"},
		{"internal/logging", "thulium_exporter/collector"},
		{"internal/fleet", "net/http/httptest"},
		{"internal/config", "thulium_exporter/thulium/simulator"},
		{"collector", "net/http"},
		{"internal/progress", "net"},
		{"internal/business", "net"},
		{"internal/files", "net"},
		{"internal/within", "net"},
		{"thulium", "github.com/prometheus"},
	}
	layerOf := func(path string) int {
		path = strings.TrimPrefix(strings.TrimPrefix(path, name), "/")
		return slices.IndexFunc(layers[1:], func(l struct{ directory, forbidden string }) bool {
			return path == l.directory || strings.HasPrefix(path, l.directory+"/")
		}) + 1
	}
	for _, directory := range packages(t) {
		if strings.HasPrefix(directory, "test") {
			continue
		}
		pkg, err := build.ImportDir(directory, 0)
		if err != nil {
			t.Fatal(err)
		}
		own := layerOf(name + "/" + directory)
		for _, path := range pkg.Imports {
			if f := layers[own].forbidden; f != "" && (path == f || strings.HasPrefix(path, f+"/")) {
				t.Errorf("%s imports %s", directory, path)
			}
			if strings.HasPrefix(path, name+"/") && layerOf(path) < own {
				t.Errorf("%s imports %s, which stands above it", directory, path)
			}
		}
	}
}

const name = "thulium_exporter"

// packages lists the directories of the module that hold packages.
func packages(t *testing.T) (directories []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if path != "." && strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" {
			return fs.SkipDir
		}
		if _, err := build.ImportDir(path, 0); err == nil {
			directories = append(directories, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return directories
}

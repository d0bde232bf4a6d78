package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licenceFile matches the names of files that have to be passed on. A module
// may have several: it may contain code of others.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|notice|copying|copyright|patents)([.-].*)?$`)

// texts returns the licence files of the module by path. There is at least one.
func (m module) texts() (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(m.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipDir(m, path):
			return filepath.SkipDir
		case !entry.Type().IsRegular() || !licenceFile.MatchString(entry.Name()) || strings.HasSuffix(path, ".go"):
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // in the module cache
		if err == nil {
			name, _ := filepath.Rel(m.dir, path)
			found[name] = strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n"))
		}
		return err
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s has no licence file", m.path)
	}
	return found, err
}

// skipDir is true where nothing is that a binary contains. Of Go itself only the
// root counts.
func skipDir(m module, path string) bool {
	return path != m.dir && (m.path == "std" || slices.Contains([]string{"testdata", "vendor", "node_modules"}, filepath.Base(path)))
}

// phrases returns what tells common licences apart, in this order.
func phrases() []struct{ id, phrase string } {
	return []struct{ id, phrase string }{
		{"Apache-2.0", "Apache License Version 2.0"},
		{"MPL-2.0", "Mozilla Public License Version 2.0"},
		{"MIT", "Permission is hereby granted, free of charge"},
		{"BSD-3-Clause", "may be used to endorse or promote products"},
		{"BSD-2-Clause", "Redistribution and use in source and binary forms"},
		{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"},
	}
}

// licences returns the SPDX identifiers of all licences that the texts hold.
func licences(texts map[string]string) []string {
	var ids []string
	for _, text := range texts {
		ids = append(ids, identify(text)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// identify returns all licences in one text. The long licence of BSD contains
// the short one.
func identify(text string) (ids []string) {
	plain := strings.Join(strings.Fields(text), " ")
	for _, p := range phrases() {
		if strings.Contains(plain, p.phrase) && (p.id != "BSD-2-Clause" || !slices.Contains(ids, "BSD-3-Clause")) {
			ids = append(ids, p.id)
		}
	}
	return ids
}

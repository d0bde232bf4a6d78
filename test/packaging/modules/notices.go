package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// writeNotices writes every licence text once, below the names of the modules
// that come under it.
func writeNotices(w io.Writer, binaries []string) error {
	_, modules, err := readModules(binaries)
	if err != nil {
		return err
	}
	var order []string
	users := map[string][]string{}
	for _, m := range modules {
		texts, err := m.texts()
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			text := texts[name]
			if users[text] == nil {
				order = append(order, text)
			}
			users[text] = append(users[text], fmt.Sprintf("%s %s (%s)", m.path, m.version, name))
		}
	}
	const ruler = "================================================================================"
	fmt.Fprintln(w, "thulium_exporter contains the Go standard library and the Go modules below, each\nunder the licence that follows its name.")
	for _, text := range order {
		fmt.Fprintf(w, "\n%s\n%s\n%s\n\n%s\n", ruler, strings.Join(users[text], "\n"), ruler, text)
	}
	return nil
}

// Command generator writes the Grafana dashboards as JSON files into a
// directory. They are never edited.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	directory := flag.String("directory", "..", "where to write the files")
	flag.Parse()
	if err := write(*directory); err != nil {
		fmt.Fprintln(os.Stderr, "generator:", err)
		os.Exit(1)
	}
}

// files returns the dashboards by the names of their files.
func files() map[string]*dashboard.DashboardBuilder {
	return map[string]*dashboard.DashboardBuilder{
		"thulium-campaigns.json":    campaigns(english()),
		"thulium-campaigns.pl.json": campaigns(polish()),
		"thulium-exporter.json":     exporter(),
	}
}

// write writes the files into a directory.
func write(directory string) error {
	for name, builder := range files() {
		text, err := render(builder)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(directory, name), text, 0o644); err != nil { //nolint:gosec // it is published
			return err
		}
	}
	return nil
}

// render returns a dashboard as JSON, with panel IDs in the order of the panels.
func render(builder *dashboard.DashboardBuilder) ([]byte, error) {
	d, err := builder.Build()
	if err != nil {
		return nil, err
	}
	for i := range d.Links {
		d.Links[i].Placement = nil // the builder's default hides them in a menu
	}
	for i, p := range d.Panels {
		id := uint32(i + 1)
		if p.Panel != nil {
			p.Panel.Id = &id
		} else {
			p.RowPanel.Id = id
		}
	}
	text, err := json.MarshalIndent(d, "", "  ")
	return append(text, '\n'), err
}

// Command sbom reads what a Go binary says of its modules and writes it as a
// CycloneDX bill of materials. The same binary gives the same bytes.
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	if len(args) != 3 {
		return errors.New("usage: sbom BINARY VERSION DATE")
	}
	return write(stdout, args[0], args[1], args[2])
}

type bom struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl"`
}

// write writes the bill of the binary at path.
func write(w io.Writer, path, version, date string) error {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return err
	}
	b := bom{
		Format:      "CycloneDX",
		SpecVersion: "1.5",
		Version:     1,
		Metadata: metadata{
			Timestamp: date,
			Component: newComponent("application", info.Main.Path, version),
		},
		// The standard library is not among the modules, and it does have advisories.
		Components: []component{newComponent("library", "std", info.GoVersion)},
	}
	for _, module := range info.Deps {
		b.Components = append(b.Components, newModule(module))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(b)
}

// newModule names the module that was really built.
func newModule(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	return newComponent("library", m.Path, m.Version)
}

func newComponent(kind, path, version string) component {
	purl := "pkg:golang/" + path + "@" + version
	return component{Type: kind, Ref: purl, Name: path, Version: version, PURL: purl}
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

type bom struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
	// What each component requires, by reference; the program first.
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
	Supplier  supplier  `json:"supplier"`
}

type supplier struct {
	Name    string    `json:"name"`
	Contact []contact `json:"contact,omitempty"`
}

type contact struct {
	Email string `json:"email"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

type reference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type component struct {
	Type       string      `json:"type"`
	Ref        string      `json:"bom-ref"`
	Name       string      `json:"name"`
	Version    string      `json:"version,omitempty"`
	Hashes     []hash      `json:"hashes,omitempty"`
	Licences   []licence   `json:"licenses,omitempty"`
	PURL       string      `json:"purl,omitempty"`
	References []reference `json:"externalReferences,omitempty"`
	Components []component `json:"components,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	Licence struct {
		ID string `json:"id"`
	} `json:"license"`
}

// writeBill writes the bill of the binaries of one release. They are parts of
// the program, each with its hash; a module is listed once, with what it requires.
// The maintainer supplies it, and source, if not empty, is the address of its repository.
func writeBill(w io.Writer, version, date, maintainer, source string, binaries []string) error {
	mainPath, modules, err := readModules(binaries)
	if err != nil {
		return err
	}
	required, err := requirements(mainPath, modules)
	if err != nil {
		return err
	}
	main := module{path: mainPath, version: version}
	program := newComponent("application", main, "Apache-2.0")
	if source != "" {
		program.References = []reference{{"vcs", source}}
	}
	for _, path := range binaries {
		part, err := newFile(path)
		if err != nil {
			return err
		}
		program.Components = append(program.Components, part)
	}
	b := bom{
		Format: "CycloneDX", SpecVersion: "1.5", Version: 1,
		Metadata:     metadata{Timestamp: date, Component: program, Supplier: newSupplier(maintainer)},
		Dependencies: []dependency{{main.purl(), required[mainPath]}},
	}
	for _, m := range modules {
		b.Dependencies = append(b.Dependencies, dependency{m.purl(), required[m.path]})
		texts, err := m.texts()
		if err != nil {
			return err
		}
		ids := licences(texts)
		if len(ids) == 0 {
			return fmt.Errorf("the licence of %s is unknown; see licences.go", m.path)
		}
		b.Components = append(b.Components, newComponent("library", m, ids...))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(b)
}

// newSupplier splits a maintainer like "Jan Kowalski <jan@host>".
func newSupplier(maintainer string) supplier {
	name, address, found := strings.Cut(strings.TrimSuffix(maintainer, ">"), " <")
	if !found || strings.HasSuffix(address, "@localhost") { // the default of a build at home
		return supplier{Name: name}
	}
	return supplier{Name: name, Contact: []contact{{address}}}
}

func newComponent(kind string, m module, licences ...string) component {
	c := component{Type: kind, Ref: m.purl(), Name: m.path, Version: m.version, PURL: m.purl()}
	if m.hash != "" {
		c.Hashes = []hash{{"SHA-256", m.hash}}
	}
	for _, id := range licences {
		var l licence
		l.Licence.ID = id
		c.Licences = append(c.Licences, l)
	}
	return c
}

// newFile describes a binary. Its name is that of its directory, like linux-amd64.
func newFile(path string) (component, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the caller says which
	if err != nil {
		return component{}, err
	}
	sum := sha256.Sum256(text)
	name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
	return component{Type: "file", Ref: name, Name: name, Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}}}, nil
}

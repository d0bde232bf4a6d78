package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

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
	Type       string      `json:"type"`
	Ref        string      `json:"bom-ref"`
	Name       string      `json:"name"`
	Version    string      `json:"version,omitempty"`
	Hashes     []hash      `json:"hashes,omitempty"`
	Licences   []licence   `json:"licenses,omitempty"`
	PURL       string      `json:"purl,omitempty"`
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
// the program, each with its hash; a module is listed once.
func writeBill(w io.Writer, version, date string, binaries []string) error {
	mainPath, modules, err := readModules(binaries)
	if err != nil {
		return err
	}
	program := newComponent("application", module{path: mainPath, version: version}, "Apache-2.0")
	for _, path := range binaries {
		part, err := newFile(path)
		if err != nil {
			return err
		}
		program.Components = append(program.Components, part)
	}
	b := bom{Format: "CycloneDX", SpecVersion: "1.5", Version: 1, Metadata: metadata{Timestamp: date, Component: program}}
	for _, m := range modules {
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

func newComponent(kind string, m module, licences ...string) component {
	purl := "pkg:golang/" + m.path + "@" + m.version
	c := component{Type: kind, Ref: purl, Name: m.path, Version: m.version, PURL: purl}
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

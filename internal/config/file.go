package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"thulium_exporter/internal/progress"
)

// file is the configuration file as written.
type file struct {
	Defaults Draft              `yaml:"defaults"`
	Systems  map[string]glanced `yaml:"systems"`
}

// glanced is a Draft that is read for its errors, and forgotten: there may be
// many.
type glanced struct{}

// UnmarshalYAML is as strict as its caller.
func (glanced) UnmarshalYAML(unmarshal func(any) error) error { return unmarshal(&Draft{}) }

// nodes are the text of a configuration file.
type nodes struct {
	Defaults yaml.Node `yaml:"defaults"`
	Systems  yaml.Node `yaml:"systems"`
}

// UnmarshalYAML fails on all that is no file.
func (n *nodes) UnmarshalYAML(unmarshal func(any) error) error {
	if err := unmarshal(&file{}); err != nil {
		return err
	}
	type plain nodes
	return unmarshal((*plain)(n))
}

// LoadFile reads a configuration file. Paths in it are relative to its folder.
// Errors begin with the path and the line, and say what to write instead.
func LoadFile(path string) ([]System, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the configuration file: %w", err)
	}
	systems, err := parse(text, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return systems, nil
}

// parse reads the text strictly into types, which finds all slips of the pen,
// and then once more each system on top of a fresh copy of the defaults.
func parse(text []byte, dir string) ([]System, error) {
	strict := yaml.NewDecoder(bytes.NewReader(text))
	strict.KnownFields(true)
	var n nodes
	if err := strict.Decode(&n); err != nil && !errors.Is(err, io.EOF) {
		return nil, readable(err)
	}
	if strict.Decode(&yaml.Node{}) == nil {
		return nil, errors.New("there is a second document; put everything into one, without a line ---")
	}
	if len(n.Systems.Content) == 0 {
		return nil, errors.New("no systems; write at least one below the key systems")
	}
	if err := checkDefaults(&n.Defaults); err != nil {
		return nil, err
	}
	return parseSystems(&n.Defaults, &n.Systems, dir)
}

func parseSystems(defaults, systems *yaml.Node, dir string) ([]System, error) {
	result := make([]System, 0, len(systems.Content)/2)
	common := &shared{calendars: Calendars{}, settings: map[progress.Settings]*progress.Settings{}}
	for i := 0; i+1 < len(systems.Content); i += 2 {
		name, node := systems.Content[i], systems.Content[i+1]
		draft := Draft{}
		for _, layer := range []*yaml.Node{defaults, node} {
			if err := layer.Decode(&draft); err != nil {
				return nil, readable(err)
			}
		}
		draft.HTTP.SetDirectory(dir)
		system, err := draft.check(name.Value, common)
		if err != nil {
			return nil, fmt.Errorf("line %d: system %q: %w", lineOf(err, name, node, defaults), name.Value, err)
		}
		result = append(result, system)
		systems.Content[i], systems.Content[i+1] = nil, nil // not needed any more, and there may be many
	}
	return result, nil
}

// checkDefaults refuses what can only belong to one system.
func checkDefaults(defaults *yaml.Node) error {
	for _, key := range []string{"url", "campaign_ids", "campaigns"} {
		if node := valueOf(defaults, key); node != nil {
			return fmt.Errorf("line %d: %s belongs to a single system; move it below its name", node.Line, key)
		}
	}
	return nil
}

// lineOf finds the line of the key that err complains of: in the system, in the
// defaults, else the line of the system's name.
func lineOf(err error, name, system, defaults *yaml.Node) int {
	line := 0
	wrong, ok := errors.AsType[*FieldError](err)
	for system, defaults = child(system, wrong), child(defaults, wrong); ok && (system != nil || defaults != nil); {
		line = cmp.Or(system, defaults).Line
		wrong, ok = errors.AsType[*FieldError](wrong.Err)
		system, defaults = child(system, wrong), child(defaults, wrong)
	}
	return cmp.Or(line, name.Line)
}

// child returns the value of the key of a mapping that is wrong; nil if there is none.
func child(node *yaml.Node, wrong *FieldError) *yaml.Node {
	if wrong == nil {
		return nil
	}
	return valueOf(node, wrong.Field)
}

// valueOf returns the value of a key of a mapping; nil if there is none.
func valueOf(node *yaml.Node, key string) *yaml.Node {
	if node == nil {
		return nil
	}
	if node.Kind == yaml.AliasNode {
		return valueOf(node.Alias, key)
	}
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// readable takes Go's type names out of the decoder's errors.
func readable(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n")
	text = regexp.MustCompile(`field (\S+) not found in type \S+`).ReplaceAllString(text, `unknown key "$1"; check the spelling and the indentation`)
	text = regexp.MustCompile("cannot unmarshal !!(\\S+) (`[^`]*` )?into \\S+").ReplaceAllString(text, "a value of another type is needed here, not !!$1")
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return errors.New(strings.Join(lines, "; "))
}

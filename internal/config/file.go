package config

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// file is a configuration file as written.
type file struct {
	Defaults Draft            `yaml:"defaults"`
	Systems  map[string]Draft `yaml:"systems"`
}

// LoadFile reads a configuration file. Paths in it are relative to its
// directory. Errors begin with the path, name line and key, and say what to write
// instead. They repeat nothing of the file but names of systems and IDs of
// campaigns, since any other text in it may be a secret in the wrong place.
func LoadFile(path string) ([]System, error) {
	text, err := inTime(func() ([]byte, error) { return readFile(path, maxFile) })
	if err != nil {
		return nil, fmt.Errorf("cannot read the configuration file %s: %w", path, err)
	}
	systems, err := parse(text, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return systems, nil
}

// parse checks the whole file against its schema first, and then decodes each system
// on top of a fresh copy of the defaults.
func parse(text []byte, dir string) ([]System, error) {
	root, err := readYAML(text)
	if err != nil {
		return nil, err
	}
	if root != nil {
		if err := newSchema().check(root, reflect.TypeFor[file](), ""); err != nil {
			return nil, err
		}
	}
	defaults, systems := resolve(valueOf(root, "defaults")), resolve(valueOf(root, "systems"))
	if systems == nil || len(systems.Content) == 0 {
		return nil, errors.New("no systems; write at least one below the key systems" + example("systems"))
	}
	if err := checkDefaults(defaults); err != nil {
		return nil, err
	}
	return parseSystems(defaults, systems, dir)
}

func parseSystems(defaults, systems *yaml.Node, dir string) ([]System, error) {
	result := make([]System, 0, len(systems.Content)/2)
	common := newShared()
	for i := 0; i+1 < len(systems.Content); i += 2 {
		name, node := systems.Content[i], systems.Content[i+1]
		if err := checkName(name.Value); err != nil {
			return nil, wrong(name, "", err.Error())
		}
		draft, err := decode(defaults, node, dir)
		if err != nil {
			return nil, err
		}
		system, err := draft.check(name.Value, common)
		if err != nil {
			return nil, fmt.Errorf("line %d: system %q: %w", lineOf(err, name, node, defaults), name.Value, err)
		}
		result = append(result, system)
		systems.Content[i], systems.Content[i+1] = nil, nil // not needed any more, and there may be many
	}
	return result, nil
}

// decode returns a system on top of the defaults. The schema has been checked,
// so that errors are rare; their text may hold secrets.
func decode(defaults, node *yaml.Node, dir string) (*Draft, error) {
	draft := &Draft{}
	for _, layer := range []*yaml.Node{defaults, node} {
		if layer == nil {
			continue
		}
		if err := layer.Decode(draft); err != nil {
			return nil, fmt.Errorf("line %d: a value here or below is not valid for its key", layer.Line)
		}
	}
	draft.HTTP.SetDirectory(dir)
	return draft, nil
}

// checkDefaults refuses what can only belong to one system.
func checkDefaults(defaults *yaml.Node) error {
	for _, key := range []string{"url", "campaign_ids", "campaigns"} {
		if node := valueOf(defaults, key); node != nil {
			return wrong(node, "", key+" belongs to a single system; move it below its name")
		}
	}
	return nil
}

// lineOf finds the line of the key that err complains of: in the system, in the
// defaults, else the line of the system's name.
func lineOf(err error, name, system, defaults *yaml.Node) int {
	line := name.Line
	for {
		wrong, ok := errors.AsType[*FieldError](err)
		if !ok {
			return line
		}
		system, defaults = valueOf(system, wrong.Field), valueOf(defaults, wrong.Field)
		found := cmp.Or(system, defaults)
		if found == nil {
			return line
		}
		line, err = found.Line, wrong.Err
	}
}

// valueOf returns the value of a key of a mapping; nil if there is none.
func valueOf(node *yaml.Node, key string) *yaml.Node {
	node = resolve(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// resolve returns what an alias stands for.
func resolve(node *yaml.Node) *yaml.Node {
	for node != nil && node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}

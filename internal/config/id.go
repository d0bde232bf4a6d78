package config

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// ID is the id of a campaign. In a file it must be a text: YAML takes 00017 for
// the octal number 15.
type ID string

// UnmarshalYAML refuses numbers and says how to write them.
func (id *ID) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode || node.Tag != "!!str" {
		return fmt.Errorf("line %d: a campaign id must be a text; write it in quotes: %q", node.Line, node.Value)
	}
	*id = ID(node.Value)
	return nil
}

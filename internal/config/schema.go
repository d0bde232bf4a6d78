package config

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// schema compares YAML with the Go types that it is decoded into. It exists
// since the decoder's errors repeat what they complain of, which may be a
// secret, and do not say what to write instead. Its own say line, key and
// remedy, and repeat nothing.
type schema struct {
	fields  map[reflect.Type]map[string]reflect.Type // by key; types seen so far
	aliased map[use]bool                             // what has been checked
}

// use is a type that the target of an alias must have. An alias may have many
// users, or be part of its own target.
type use struct {
	target *yaml.Node
	t      reflect.Type
}

func newSchema() *schema {
	return &schema{fields: make(map[reflect.Type]map[string]reflect.Type), aliased: make(map[use]bool)}
}

// wrong returns an error about the value of a key.
func wrong(node *yaml.Node, key, text string) error {
	if key != "" {
		text = key + ": " + text
	}
	return fmt.Errorf("line %d: %s", node.Line, text)
}

// check compares the value of a key with its type.
func (s *schema) check(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
		if s.aliased[use{node, t}] {
			return nil
		}
		s.aliased[use{node, t}] = true
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case node.Style&yaml.TaggedStyle != 0:
		return wrong(node, key, "tags are not supported; remove the word that begins with ! or put it in quotes")
	case node.Tag == "!!null" && t != reflect.TypeFor[ID](), t.Kind() == reflect.Interface:
		return nil
	case t == reflect.TypeFor[commonconfig.URL]():
		return checkScalar(node, t, key)
	case t == reflect.TypeFor[commonconfig.TLSConfig]():
		return cmp.Or(s.checkMapping(node, t, key), checkTLSKeys(node, key))
	case t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return s.checkMapping(node, t, key)
	case t.Kind() == reflect.Slice:
		return s.checkList(node, t, key)
	}
	return checkScalar(node, t, key)
}

func (s *schema) checkList(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind != yaml.SequenceNode {
		return wrong(node, key, "not a list"+example(key))
	}
	for _, item := range node.Content {
		if err := s.check(item, t.Elem(), key); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) checkMapping(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind != yaml.MappingNode {
		return wrong(node, key, "not a mapping"+example(key))
	}
	seen := make(map[string]int, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		if name.Tag == "!!merge" {
			if err := s.checkMerge(value, t, key); err != nil {
				return err
			}
			continue
		}
		if name.Kind != yaml.ScalarNode || name.Style&yaml.TaggedStyle != 0 {
			return wrong(name, "", "a key must be plain text")
		}
		if line := seen[name.Value]; line != 0 {
			return wrong(name, "", fmt.Sprintf("duplicate key, already on line %d; remove one of them", line))
		}
		seen[name.Value] = name.Line
		if err := s.checkPair(name, value, t, key); err != nil {
			return err
		}
	}
	return nil
}

// checkTLSKeys refuses keys that exclude each other, or need one another, which
// the type itself does in the middle of decoding.
func checkTLSKeys(node *yaml.Node, key string) error {
	type plain commonconfig.TLSConfig
	var c plain
	if err := node.Decode(&c); err != nil {
		return nil //nolint:nilerr // another check finds what it is
	}
	if err := (*commonconfig.TLSConfig)(&c).Validate(); err != nil {
		return wrong(node, key, err.Error())
	}
	return nil
}

// checkMerge compares what <<: brings in.
func (s *schema) checkMerge(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind != yaml.SequenceNode {
		return s.check(node, t, key)
	}
	return s.checkList(node, reflect.SliceOf(t), key)
}

// checkPair compares a key and its value with a struct or a map.
func (s *schema) checkPair(name, value *yaml.Node, t reflect.Type, key string) error {
	if t.Kind() == reflect.Map {
		if err := s.check(name, t.Key(), key); err != nil {
			return err
		}
		return s.check(value, t.Elem(), key)
	}
	fields := s.fieldsOf(t)
	field, ok := fields[name.Value]
	if !ok {
		field, ok = fields["*"]
	}
	if !ok {
		return wrong(name, "", "unknown key; "+s.suggest(name.Value, fields))
	}
	return s.check(value, field, name.Value)
}

// suggest says what may have been meant by an unknown key.
func (s *schema) suggest(key string, fields map[string]reflect.Type) string {
	for _, parent := range slices.Sorted(maps.Keys(fields)) {
		t := fields[parent]
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct && s.fieldsOf(t)[key] != nil {
			return key + " belongs in " + parent
		}
	}
	return "check the spelling and the indentation"
}

// fieldsOf returns the keys of a struct and their types. The key * stands for
// all others.
func (s *schema) fieldsOf(t reflect.Type) map[string]reflect.Type {
	if s.fields[t] != nil {
		return s.fields[t]
	}
	fields := make(map[string]reflect.Type)
	for field := range t.Fields() {
		key, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch inline := options == "inline"; {
		case inline && field.Type.Kind() == reflect.Struct:
			maps.Copy(fields, s.fieldsOf(field.Type))
		case inline:
			fields["*"] = field.Type.Elem()
		case key == "" || key == "-" || strings.HasSuffix(key, "_ref"): // there is no secret manager to refer to
		default:
			fields[key] = field.Type
		}
	}
	s.fields[t] = fields
	return fields
}

// checkScalar compares a single value with its type.
func checkScalar(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind != yaml.ScalarNode {
		return wrong(node, key, "not a single value"+example(key))
	}
	text := ""
	switch {
	case t == reflect.TypeFor[ID]() && node.Tag != "!!str":
		text = "a campaign ID must be in quotes, since YAML parses 00017 as the number 15" + example("id")
	case t == reflect.TypeFor[model.Duration]():
		text = durationError(node.Value, key)
	case t == reflect.TypeFor[commonconfig.URL]():
		if u, err := url.Parse(node.Value); err != nil || u.Host == "" {
			text = "not a URL with a scheme and a host" + example(key)
		}
	case t == reflect.TypeFor[commonconfig.TLSVersion]():
		if _, ok := commonconfig.TLSVersions[node.Value]; !ok {
			text = "not a TLS version; write TLS12 or TLS13"
		}
	case t.Kind() == reflect.Bool && node.Tag != "!!bool":
		text = "write true or false"
	case t.Kind() == reflect.Float64 && node.Tag != "!!int" && node.Tag != "!!float":
		text = "not a number" + example(key)
	}
	if text == "" {
		return nil
	}
	return wrong(node, key, text)
}

// durationError says what is wrong with a duration; nothing if it is valid.
func durationError(text, key string) string {
	if _, err := model.ParseDuration(text); err == nil {
		return ""
	}
	if strings.Trim(text, "0123456789.") == "" {
		return "missing unit" + example(key)
	}
	return "not a duration" + example(key)
}

// example ends an error with what the value of a key may look like.
func example(key string) string {
	examples := map[string]string{
		"":               "systems: {acme: {url: https://acme.thulium.com}}",
		"systems":        "acme: {url: https://acme.thulium.com}",
		"defaults":       "{poll_interval: 1m}",
		"id":             `"00017"`,
		"campaigns":      `"00017": {name: Spring renewals}`,
		"campaign_ids":   `["00017"]`,
		"basic_auth":     "{username: prometheus, password_file: acme.password}",
		"tls_config":     "{ca_file: ca.pem}",
		"timeout":        "30s",
		"poll_interval":  "1m",
		"poll_max_age":   "3m",
		"stalled_after":  "2h",
		"stalled_until":  "98",
		"proxy_url":      "http://proxy.example.com:3128",
		"business_hours": "{time_zone: Europe/Warsaw}",
		"windows":        `[{weekdays: ["monday:friday"], times: [{start_time: "08:00", end_time: "20:00"}]}]`,
		"weekdays":       `["monday:friday"]`,
		"times":          `[{start_time: "08:00", end_time: "20:00"}]`,
		"holidays":       "[pl]",
		"closed_dates":   `["2026-12-31"]`,
		"open_dates":     `[{date: "2026-12-13", times: [{start_time: "10:00", end_time: "16:00"}]}]`,
	}
	if examples[key] == "" {
		return ""
	}
	return "; write it like " + examples[key]
}

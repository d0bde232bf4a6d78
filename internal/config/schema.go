package config

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strings"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// schema compares YAML with the Go types that it is decoded into: the decoder's
// own errors repeat what they complain of, which may be a secret, and do not say
// what to write. It holds the keys of the structs seen so far.
type schema map[reflect.Type]map[string]reflect.Type

// wrong returns an error about the value of a key.
func wrong(node *yaml.Node, key, text string) error {
	if key != "" {
		text = key + ": " + text
	}
	return fmt.Errorf("line %d: %s", node.Line, text)
}

// check compares the value of a key with its type.
func (s schema) check(node *yaml.Node, t reflect.Type, key string) error {
	if t.Kind() == reflect.Pointer {
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

func (s schema) checkList(node *yaml.Node, t reflect.Type, key string) error {
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

func (s schema) checkMapping(node *yaml.Node, t reflect.Type, key string) error {
	if node.Kind != yaml.MappingNode {
		return wrong(node, key, "not a mapping"+example(key))
	}
	seen := make(map[string]int, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		if name.Kind != yaml.ScalarNode || name.Style&yaml.TaggedStyle != 0 {
			return wrong(name, "", "a key must be plain text")
		}
		if line := seen[name.Value]; line != 0 {
			return wrong(name, "", fmt.Sprintf("duplicate key%s, already on line %d; remove one of them", plainWord(name.Value), line))
		}
		seen[name.Value] = name.Line
		if err := s.checkPair(name, value, t, key); err != nil {
			return err
		}
	}
	return nil
}

// checkPair compares a key and its value with a struct or a map.
func (s schema) checkPair(name, value *yaml.Node, t reflect.Type, key string) error {
	if t.Kind() == reflect.Map {
		return cmp.Or(s.check(name, t.Key(), key), s.check(value, t.Elem(), key))
	}
	fields := s.fieldsOf(t)
	field := cmp.Or(fields[name.Value], fields["*"])
	if field == nil {
		return wrong(name, "", "unknown key"+plainWord(name.Value)+"; check the spelling and the indentation")
	}
	return s.check(value, field, name.Value)
}

// plainWord returns a space and a key that is a plain word; any other may be a
// secret in the wrong place.
func plainWord(key string) string {
	if len(key) > 30 || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ""
	}
	return " " + key
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

// fieldsOf returns the keys of a struct and their types. The key * stands for
// all others.
func (s schema) fieldsOf(t reflect.Type) map[string]reflect.Type {
	if s[t] != nil {
		return s[t]
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
	s[t] = fields
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
		if _, err := model.ParseDuration(node.Value); err != nil {
			text = "not a duration" + example(key)
		}
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
	case t.Kind() == reflect.Int && (node.Tag != "!!int" || node.Decode(new(int)) != nil):
		text = "not a whole number" + example(key)
	}
	if text == "" {
		return nil
	}
	return wrong(node, key, text)
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
		"order":          "1",
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

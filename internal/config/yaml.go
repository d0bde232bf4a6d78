package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	commonconfig "github.com/prometheus/common/config"
	"go.yaml.in/yaml/v3"
)

// readYAML returns the only document of a text, without aliases and merge keys;
// an empty mapping if there is none.
func readYAML(text []byte) (*yaml.Node, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	case err != nil:
		return nil, syntaxError(text)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is a second document; put everything into one, without a line ---")
	}
	e := expansion{left: maxNodes}
	return document.Content[0], e.expand(document.Content[0], 0)
}

// syntaxError says on which line of a text the decoder fails, and what to write
// there.
func syntaxError(text []byte) error {
	text = bytes.TrimRight(text, " \n")
	failure, line := failureOf(text)
	remedy := remedyFor(failure)
	if !strings.HasPrefix(remedy, "unclosed") {
		// The decoder often names the line on which the block begins. But it reads
		// from top to bottom: what ends above the wrong line does not fail like this.
		lines := bytes.SplitAfter(text, []byte("\n"))
		line = 1 + sort.Search(len(lines)-1, func(i int) bool {
			part, _ := failureOf(bytes.Join(lines[:i+1], nil))
			return part == failure
		})
		if bytes.HasPrefix(bytes.TrimLeft(lines[line-1], " "), []byte("\t")) {
			remedy = "tab in the indentation; use spaces"
		}
	}
	return fmt.Errorf("line %d: %s", line, remedy)
}

// remedyFor returns what to write instead of what the decoder refused.
func remedyFor(failure string) string {
	for _, known := range []struct{ failure, remedy string }{
		{"did not find expected ',' or", "unclosed bracket or brace, or a missing comma"},
		{"did not find expected node content", "unclosed bracket or brace, or a missing comma"},
		{"unexpected end of stream", "unclosed quote"},
		{"mapping values are not allowed", "unexpected colon; check the indentation, and put text that contains a colon and a space in quotes"},
		{"did not find expected key", "wrong indentation or a missing quote; begin the key below the first letter of the one above"},
		{"did not find expected '-'", "wrong indentation; begin each entry of a list with - and align them"},
		{"could not find expected ':'", "key without a colon and a space; write it like timeout: 30s"},
		{"cannot start any token", "text that begins with a special character must be in quotes"},
		{"unknown anchor", "text that begins with * must be in quotes"},
		{"escape", "unknown escape in double quotes; use single quotes"},
		{"control characters", "control character; remove it"},
		{"UTF-8", "not UTF-8; save the file as UTF-8"},
	} {
		if strings.Contains(failure, known.failure) {
			return known.remedy
		}
	}
	return "not valid YAML; check the indentation, quotes and colons"
}

// failureOf returns the decoder's error about a text, which may hold secrets, and
// the line that it names.
func failureOf(text []byte) (failure string, line int) {
	// With a line before it, because the decoder takes line 0 for none.
	err := yaml.Unmarshal(slices.Concat([]byte("\n"), text), &yaml.Node{})
	if err == nil {
		return "", 0
	}
	parts := regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`).FindStringSubmatch(err.Error())
	line, _ = strconv.Atoi(parts[1])
	failure = parts[2]
	if strings.Contains(failure, "stream") { // of the scanner, which counts from 1
		line--
	}
	return failure, min(max(line, 1), 1+bytes.Count(text, []byte("\n"))) // the end can be a line below
}

// maxNodes is how many nodes a file may have once its aliases are replaced, and
// maxDepth how deep they may be nested. An alias can be part of its own target.
const (
	maxNodes = 20_000_000
	maxDepth = 100
)

// expansion replaces aliases and merge keys by what they stand for.
type expansion struct{ left int }

func (e *expansion) expand(node *yaml.Node, depth int) error {
	if e.left--; e.left < 0 || depth > maxDepth {
		return wrong(node, "", "nested too deeply, or too many aliases; an alias must not stand within its own anchor")
	}
	for i, child := range node.Content {
		if child.Kind == yaml.AliasNode {
			child = child.Alias
			node.Content[i] = child
		}
		if err := e.expand(child, depth+1); err != nil {
			return err
		}
	}
	if node.Kind != yaml.MappingNode {
		return nil
	}
	return merge(node)
}

// merge puts what a merge key brings into a mapping in its place. What is written
// there wins, and then what comes first in a list.
func merge(node *yaml.Node) error {
	for i := len(node.Content) - 2; i >= 0; i -= 2 {
		if node.Content[i].Tag != "!!merge" {
			continue
		}
		value := node.Content[i+1]
		node.Content = slices.Delete(node.Content, i, i+2)
		sources := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			sources = value.Content
		}
		for _, source := range sources {
			if source.Kind != yaml.MappingNode {
				return wrong(value, "", "<< takes a mapping, or a list of them; write it like <<: *name")
			}
			for pair := range slices.Chunk(source.Content, 2) {
				if valueOf(node, pair[0].Value) == nil {
					node.Content = append(node.Content, pair...)
				}
			}
		}
	}
	return nil
}

// wrong returns an error about the value of a key, which may be empty.
func wrong(node *yaml.Node, key, text string) error {
	if key != "" {
		text = key + ": " + text
	}
	return fmt.Errorf("line %d: %s", node.Line, text)
}

// valueOf returns the value of a key of a mapping; nil if there is none.
func valueOf(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for pair := range slices.Chunk(node.Content, 2) {
		if pair[0].Value == key {
			return pair[1]
		}
	}
	return nil
}

// schema compares YAML with the Go types that it is decoded into: the decoder's
// own errors repeat what they complain of, which may be a secret, and do not say
// what to write. It holds the keys of the structs seen so far.
type schema map[reflect.Type]map[string]reflect.Type

// check compares the value of a key with its type.
func (s schema) check(node *yaml.Node, t reflect.Type, key string) (err error) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	kind, otherwise := kindOf(t)
	switch {
	case node.Style&yaml.TaggedStyle != 0:
		return wrong(node, key, "tags are not supported; remove the word that begins with ! or put it in quotes")
	case node.Tag == "!!null" && t != reflect.TypeFor[ID](), t.Kind() == reflect.Interface:
		return nil
	case node.Kind != kind:
		return wrong(node, key, otherwise+example(key))
	case kind == yaml.MappingNode:
		return s.checkMapping(node, t, key)
	case kind == yaml.SequenceNode:
		for _, item := range node.Content {
			err = cmp.Or(err, s.check(item, t.Elem(), key))
		}
		return err
	}
	return checkScalar(node, t, key)
}

// kindOf returns how a type is written, and what any other value is.
func kindOf(t reflect.Type) (kind yaml.Kind, otherwise string) {
	switch {
	case t == reflect.TypeFor[commonconfig.URL](): // a struct, but not in a file
	case t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return yaml.MappingNode, "not a mapping"
	case t.Kind() == reflect.Slice:
		return yaml.SequenceNode, "not a list"
	}
	return yaml.ScalarNode, "not a single value"
}

func (s schema) checkMapping(node *yaml.Node, t reflect.Type, key string) error {
	seen := make(map[string]int, len(node.Content)/2)
	for pair := range slices.Chunk(node.Content, 2) {
		name, value := pair[0], pair[1]
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
	if t == reflect.TypeFor[commonconfig.TLSConfig]() { // whose keys can exclude each other
		if err := node.Decode(&commonconfig.TLSConfig{}); err != nil { // names keys and nothing else
			return wrong(node, key, err.Error())
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
		case key != "" && !strings.HasSuffix(key, "_ref"): // there is no secret manager to refer to
			fields[key] = field.Type
		}
	}
	s[t] = fields
	return fields
}

// checkScalar compares a single value with its type.
func checkScalar(node *yaml.Node, t reflect.Type, key string) error {
	switch {
	case t == reflect.TypeFor[ID]() && node.Tag != "!!str":
		return wrong(node, key, "a campaign ID must be in quotes, since YAML parses 00017 as the number 15"+example("id"))
	case t.Kind() == reflect.Bool && node.Tag != "!!bool":
		return wrong(node, key, "write true or false")
	case t.Kind() == reflect.String: // any text
		return nil
	}
	value := reflect.New(t).Interface()
	err := node.Decode(value)
	proxy, isURL := value.(*commonconfig.URL)
	if err != nil || t.Kind() == reflect.Int && node.Tag != "!!int" || isURL && proxy.Host == "" {
		return wrong(node, key, "invalid value"+example(key))
	}
	return nil
}

// example ends an error with what the value of a key may look like.
func example(key string) string {
	text := map[string]string{
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
		"min_version":    "TLS12",
		"max_version":    "TLS13",
		"proxy_url":      "http://proxy.example.com:3128",
		"business_hours": "{time_zone: Europe/Warsaw}",
		"windows":        `[{weekdays: ["monday:friday"], times: [{start_time: "08:00", end_time: "20:00"}]}]`,
		"weekdays":       `["monday:friday"]`,
		"times":          `[{start_time: "08:00", end_time: "20:00"}]`,
		"holidays":       "[pl]",
		"closed_dates":   `["2026-12-31"]`,
		"open_dates":     `[{date: "2026-12-13", times: [{start_time: "10:00", end_time: "16:00"}]}]`,
	}[key]
	if text == "" {
		return ""
	}
	return "; write it like " + text
}

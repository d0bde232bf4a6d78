package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

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
	remedy, unclosed := remedyFor(failure)
	if !unclosed {
		// The decoder often names the line on which the block begins. But it reads
		// from top to bottom: what ends above the wrong line does not fail like this.
		lines := bytes.SplitAfter(text, []byte("\n"))
		line = 1 + sort.Search(len(lines)-1, func(i int) bool {
			part, _ := failureOf(bytes.Join(lines[:i+1], nil))
			return part == failure
		})
		if regexp.MustCompile(`^ *\t`).Match(lines[line-1]) {
			remedy = "tab in the indentation; use spaces"
		}
	}
	return fmt.Errorf("line %d: %s", line, remedy)
}

// remedyFor returns what to write instead of what the decoder refused, and
// whether it found the end of something unclosed missing.
func remedyFor(failure string) (remedy string, unclosed bool) {
	const bracket, quote = "unclosed bracket or brace, or a missing comma", "unclosed quote"
	for _, known := range []struct{ failure, remedy string }{
		{"did not find expected ',' or", bracket},
		{"did not find expected node content", bracket},
		{"unexpected end of stream", quote},
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
			return known.remedy, known.remedy == bracket || known.remedy == quote
		}
	}
	return "not valid YAML; check the indentation, quotes and colons", false
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

// merge puts what a merge key brings into a mapping in its place. What is
// written there wins, and then what comes first.
func merge(node *yaml.Node) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		if name.Tag != "!!merge" {
			continue
		}
		node.Content = slices.Delete(node.Content, i, i+2)
		i -= 2
		sources := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			sources = value.Content
		}
		for _, source := range sources {
			if source.Kind != yaml.MappingNode {
				return wrong(value, "", "<< takes a mapping, or a list of them; write it like <<: *name")
			}
			for j := 0; j+1 < len(source.Content); j += 2 {
				if valueOf(node, source.Content[j].Value) == nil {
					node.Content = append(node.Content, source.Content[j], source.Content[j+1])
				}
			}
		}
	}
	return nil
}

// valueOf returns the value of a key of a mapping; nil if there is none.
func valueOf(node *yaml.Node, key string) *yaml.Node {
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

package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// readYAML returns the only document of a text; nil if there is none. Errors
// never repeat the text, which may hold secrets.
func readYAML(text []byte) (*yaml.Node, error) {
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("line %d: not UTF-8; save the file as UTF-8", 1+bytes.Count(text[:invalidByte(text)], []byte("\n")))
	}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil //nolint:nilnil // an empty text is no error
	case err != nil:
		line := invalidLine(text)
		return nil, fmt.Errorf("line %d: %s", line, remedy(err.Error(), text, line))
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is a second document; put everything into one, without a line ---")
	}
	return document.Content[0], nil
}

// invalidByte returns the position of the first byte that is not UTF-8.
func invalidByte(text []byte) int {
	i := 0
	for i < len(text) {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}

// invalidLine returns the number of the first line that cannot be read: the one
// after the longest valid beginning of the text. (The decoder names the line on
// which the enclosing block begins.)
func invalidLine(text []byte) int {
	source := &lineReader{rest: text}
	_ = yaml.NewDecoder(source).Decode(&yaml.Node{})
	lines := bytes.SplitAfter(text, []byte("\n"))
	valid := func(n int) bool { return yaml.Unmarshal(bytes.Join(lines[:n], nil), &yaml.Node{}) == nil }
	// It is among the last lines that the decoder had wanted to see, but for
	// quotes and braces that are never closed; they need larger steps.
	n, step := source.lines-1, 1
	for n > 0 && !valid(n) {
		n, step = n-step, step+step/8
	}
	for n = max(n, 0); n+1 < source.lines && valid(n+1); {
		n++
	}
	return n + 1
}

// lineReader hands a text out line by line, and counts the lines begun.
type lineReader struct {
	rest   []byte
	lines  int
	within bool // a line
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	if !r.within {
		r.lines++
	}
	end := bytes.IndexByte(r.rest, '\n') + 1
	if end == 0 {
		end = len(r.rest)
	}
	n := copy(p, r.rest[:end])
	r.rest, r.within = r.rest[n:], n < end
	return n, nil
}

// remedy says what to write instead of a line that the decoder refused.
func remedy(refusal string, text []byte, line int) string {
	content := string(bytes.Split(text, []byte("\n"))[line-1])
	if indent := content[:len(content)-len(strings.TrimLeft(content, " \t"))]; strings.Contains(indent, "\t") {
		return "tab in the indentation; use spaces"
	}
	for _, known := range []struct{ refusal, remedy string }{
		{"mapping values are not allowed", "unexpected colon; check the indentation, and put text that contains a colon and a space in quotes"},
		{"did not find expected ',' or", "unclosed bracket or brace, or a missing comma"},
		{"did not find expected node content", "unclosed bracket or brace, or a missing comma"},
		{"did not find expected key", "wrong indentation or a missing quote; begin the key below the first letter of the one above"},
		{"did not find expected '-'", "wrong indentation; begin each entry of a list with - and align them"},
		{"could not find expected ':'", "key without a colon and a space; write it like timeout: 30s"},
		{"unexpected end of stream", "unclosed quote"},
		{"cannot start any token", "text that begins with a special character must be in quotes"},
		{"unknown anchor", "text that begins with * must be in quotes"},
		{"escape", "unknown escape in double quotes; use single quotes"},
		{"control characters", "control character; remove it"},
	} {
		if strings.Contains(refusal, known.refusal) {
			return known.remedy
		}
	}
	return "not valid YAML; check the indentation, quotes and colons"
}

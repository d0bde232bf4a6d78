package thulium

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxIDLength bounds an id in bytes: it becomes a label value. The documented
// length is five.
const maxIDLength = 128

// entry is one element of the answer, as it came. Raw fields keep the
// difference between a missing field, null and 0.
type entry struct {
	ID                json.RawMessage `json:"id"`
	RecordsCount      json.RawMessage `json:"records_count"`
	CompletionPercent json.RawMessage `json:"completion_percent"`
}

// reset makes the entry ready for the next element and keeps its memory.
func (e *entry) reset() {
	e.ID, e.RecordsCount, e.CompletionPercent = e.ID[:0], e.RecordsCount[:0], e.CompletionPercent[:0]
}

// campaign checks the entry. Its errors name the field and what is wrong.
func (e *entry) campaign() (Campaign, error) {
	id, err := parseID(e.ID)
	if err != nil {
		return Campaign{}, err
	}
	records, err := parseNumber(e.RecordsCount)
	if err == nil && (records < 0 || records != math.Trunc(records)) {
		err = fmt.Errorf("%v is not a count", records)
	}
	if err != nil {
		return Campaign{}, fmt.Errorf("campaign %s: records_count: %w", Clean(id), err)
	}
	percent, err := parseNumber(e.CompletionPercent)
	if err == nil && (percent < 0 || percent > 100) {
		err = fmt.Errorf("%v is not within 0 to 100", percent)
	}
	if err != nil {
		return Campaign{}, fmt.Errorf("campaign %s: completion_percent: %w", Clean(id), err)
	}
	return Campaign{ID: id, Records: records, CompletionPercent: percent}, nil
}

// parseID reads an id. A number is taken digit by digit as it was written:
// adding or dropping zeros would be a guess.
func parseID(raw json.RawMessage) (string, error) {
	if len(raw) == 0 {
		return "", errors.New("id: missing")
	}
	var id string
	switch {
	case raw[0] == '"':
		id = unquote(raw)
	case onlyOf(raw, ""):
		id = string(raw)
	default:
		return "", fmt.Errorf("id: %s instead of a text", shape(raw[0]))
	}
	if id == "" {
		return "", errors.New("id: empty")
	}
	if len(id) > maxIDLength {
		return "", fmt.Errorf("id: %d bytes are too long", len(id))
	}
	return id, nil
}

// unquote returns the text of a JSON string. Nearly all have no escapes, and
// then it costs one allocation.
func unquote(raw json.RawMessage) string {
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1])
	}
	var text string
	_ = json.Unmarshal(raw, &text) // cannot fail: the decoder has seen the string
	return text
}

// parseNumber reads a JSON number or a string that holds one.
func parseNumber(raw json.RawMessage) (float64, error) {
	if len(raw) == 0 {
		return 0, errors.New("missing")
	}
	text := raw
	if raw[0] == '"' {
		text = raw[1 : len(raw)-1]
	}
	// ParseFloat also takes hexadecimal numbers, underscores, NaN and Inf.
	if len(text) == 0 || !onlyOf(text, "+-.eE") {
		return 0, notANumber(raw)
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%s is too large", Clean(string(text)))
	}
	if err != nil {
		return 0, notANumber(raw)
	}
	return n + 0, nil // + 0 makes 0 of -0
}

// onlyOf reports whether text has no other bytes than digits and those allowed.
func onlyOf(text []byte, allowed string) bool {
	for _, b := range text {
		if !isDigit(b) && strings.IndexByte(allowed, b) < 0 {
			return false
		}
	}
	return true
}

func notANumber(raw json.RawMessage) error {
	if raw[0] == '"' {
		return fmt.Errorf("the text %q instead of a number", Clean(string(raw[1:len(raw)-1])))
	}
	return fmt.Errorf("%s instead of a number", shape(raw[0]))
}

func duplicateError(id string) error {
	return fmt.Errorf("campaign %s: its id came twice", Clean(id))
}

package thulium

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxIDLength bounds an ID in bytes: it becomes a label value. The
	// documented length is five.
	maxIDLength = 128
	// maxRecords bounds a count: up to here a float64 holds every whole number.
	maxRecords = 1 << 53
)

var errMissing = errors.New("missing")

// entry is one element of the response. Each field has a value or an error.
type entry struct {
	id               string
	records, percent float64

	idErr, recordsErr, percentErr error
}

// decodeEntry reads an object field by field. As in encoding/json, names may
// differ in case, and the last of several fields of one name counts.
func (b *builder) decodeEntry(dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err != nil { // the brace
		return err
	}
	e := entry{idErr: errMissing, recordsErr: errMissing, percentErr: errMissing}
	for dec.PeekKind() != jsontext.KindEndObject {
		name, err := dec.ReadValue()
		if err == nil {
			err = b.decodeField(dec, &e, fieldOf(name))
		}
		if err != nil {
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	b.addEntry(&e)
	return nil
}

// decodeField reads the value of one field. Unknown fields are skipped.
func (b *builder) decodeField(dec *jsontext.Decoder, e *entry, f field) error {
	if f == unknownField {
		return dec.SkipValue()
	}
	value, err := readScalar(dec)
	if err != nil {
		return err
	}
	switch f {
	case idField:
		e.id, e.idErr = parseID(value, b.previousID())
	case recordsField:
		e.records, e.recordsErr = parseCount(value)
	case percentField:
		e.percent, e.percentErr = parsePercent(value)
	case unknownField:
	}
	return nil
}

// readScalar reads a value. Of an array or an object it returns the first byte,
// which is enough to name it.
func readScalar(dec *jsontext.Decoder) (jsontext.Value, error) {
	kind := dec.PeekKind()
	if kind == jsontext.KindBeginArray || kind == jsontext.KindBeginObject {
		return jsontext.Value{byte(kind)}, dec.SkipValue()
	}
	return dec.ReadValue()
}

// field is one of the documented fields.
type field uint8

const (
	unknownField field = iota
	idField
	recordsField
	percentField
)

// fieldOf returns the field of a name as it is written in JSON.
func fieldOf(name jsontext.Value) field {
	switch string(name) {
	case `"id"`:
		return idField
	case `"records_count"`:
		return recordsField
	case `"completion_percent"`:
		return percentField
	}
	switch text := unquote(name); {
	case strings.EqualFold(text, "id"):
		return idField
	case strings.EqualFold(text, "records_count"):
		return recordsField
	case strings.EqualFold(text, "completion_percent"):
		return percentField
	}
	return unknownField
}

// campaign returns the campaign, or an error that names the first field that is
// missing or invalid.
func (e *entry) campaign() (Campaign, error) {
	switch {
	case e.idErr != nil:
		return Campaign{}, fmt.Errorf("id: %w", e.idErr)
	case e.recordsErr != nil:
		return Campaign{}, fmt.Errorf("campaign %s: records_count: %w", e.id, e.recordsErr)
	case e.percentErr != nil:
		return Campaign{}, fmt.Errorf("campaign %s: completion_percent: %w", e.id, e.percentErr)
	}
	return Campaign{ID: e.id, Records: e.records, CompletionPercent: e.percent}, nil
}

// parseID returns an ID, previous itself if they are equal. The digits of a
// number are kept as sent: adding or dropping zeros would be a guess.
func parseID(value jsontext.Value, previous string) (id string, err error) {
	switch {
	case value[0] == '"':
		id = unquoteLike(value, previous)
	case consistsOf(value, digits):
		id = string(value)
	default:
		return "", fmt.Errorf("%s instead of a string", shape(value[0]))
	}
	if id == "" {
		return "", errors.New("empty")
	}
	if len(id) > maxIDLength {
		return "", fmt.Errorf("longer than %d bytes", maxIDLength)
	}
	return id, nil
}

// unquote returns the text of a JSON string, each invalid byte as U+FFFD.
func unquote(value jsontext.Value) string { return unquoteLike(value, "") }

// unquoteLike returns likely itself if that is the text. A string without
// escapes costs one allocation otherwise.
func unquoteLike(value jsontext.Value, likely string) string {
	text := value[1 : len(value)-1]
	if bytes.IndexByte(text, '\\') < 0 {
		if string(text) == likely {
			return likely
		}
		if utf8.Valid(text) {
			return string(text)
		}
	}
	unquoted, _ := jsontext.AppendUnquote(nil, value) // its only error is that of invalid UTF-8
	return string(unquoted)
}

func parseCount(value jsontext.Value) (float64, error) {
	n, err := parseNumber(value)
	if err == nil && (n < 0 || n > maxRecords || n != math.Trunc(n)) {
		return 0, fmt.Errorf("not a count from 0 to 2^53: %v", n)
	}
	return n, err
}

func parsePercent(value jsontext.Value) (float64, error) {
	n, err := parseNumber(value)
	if err == nil && (n < 0 || n > 100) {
		return 0, fmt.Errorf("not within 0 to 100: %v", n)
	}
	return n, err
}

// parseNumber reads a JSON number or a string that holds one.
func parseNumber(value jsontext.Value) (float64, error) {
	text := value
	switch {
	case value[0] == '"':
		text = value[1 : len(value)-1]
		// ParseFloat also accepts hexadecimal numbers, underscores, NaN and Inf.
		if !consistsOf(text, digits+"+-.eE") {
			return 0, fmt.Errorf("not a number: %q", text)
		}
	case !isNumber(value[0]):
		return 0, fmt.Errorf("%s instead of a number", shape(value[0]))
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("too large: %s", text)
	}
	if err != nil {
		return 0, fmt.Errorf("not a number: %q", text)
	}
	return n + 0, nil // + 0 makes 0 of -0
}

const digits = "0123456789"

// consistsOf reports whether a text has only allowed bytes.
func consistsOf(text []byte, allowed string) bool {
	for _, b := range text {
		if strings.IndexByte(allowed, b) < 0 {
			return false
		}
	}
	return true
}

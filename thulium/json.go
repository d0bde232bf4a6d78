package thulium

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxObject bounds an object that is a whole response in bytes: it is one
	// campaign or an error, and is held in memory.
	maxObject = 1 << 20
	// maxProblems is the maximum number of errors read from an envelope.
	maxProblems = 5
)

// newDecoder returns a decoder as lenient as encoding/json: duplicate names and
// invalid UTF-8 are accepted.
func newDecoder(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// end returns an error if data follows the value that was read.
func end(dec *jsontext.Decoder) error {
	switch _, err := dec.ReadToken(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return fmt.Errorf("after the end of the response: %w", located(err))
	}
	return errors.New("more data follows the end of the response")
}

// located reduces an error of the decoder to its cause and position. Errors of the
// underlying reader are returned unchanged.
func located(err error) error {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("%w, byte %d", syntax.Err, syntax.ByteOffset)
	}
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return err
}

// invalid returns the Error for what a decoder returned.
func invalid(err error) *Error {
	if reported, ok := errors.AsType[*Error](err); ok {
		return reported
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fmt.Errorf("the response is larger than %d bytes", tooLarge.Limit)
	} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the response is cut off: %w", err)
	}
	return &Error{Result: InvalidResponse, Err: err}
}

// readEnvelope adds the errors that the API reported, and returns whether object
// is an error envelope. Fields of undocumented types are skipped, since only an
// example documents them.
func (e *Error) readEnvelope(object []byte) (found bool) {
	var envelope struct {
		RequestID scalar          `json:"request_id"`
		Errors    json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(object, &envelope) != nil || envelope.Errors == nil {
		return false
	}
	e.RequestID = string(envelope.RequestID)
	var list []json.RawMessage
	_ = json.Unmarshal(envelope.Errors, &list) // something else has no problems to show
	for _, element := range list {
		var p struct{ Message, Code scalar }
		if json.Unmarshal(element, &p) == nil && p.Message+p.Code != "" && len(e.Problems) < maxProblems {
			e.Problems = append(e.Problems, Problem{Code: string(p.Code), Message: string(p.Message)})
		}
	}
	return true
}

// scalar is a string, or a number as it was written; empty for other values.
type scalar string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scalar) UnmarshalJSON(value []byte) error {
	switch {
	case value[0] == '"':
		*s = scalar(unquote(value))
	case isNumber(value[0]):
		*s = scalar(value)
	}
	return nil
}

// unquote returns the text of a JSON string, each invalid byte as U+FFFD. It is a
// part of value if possible.
func unquote(value jsontext.Value) []byte {
	text := value[1 : len(value)-1]
	if bytes.IndexByte(text, '\\') >= 0 || !utf8.Valid(text) {
		text, _ = jsontext.AppendUnquote(nil, value) // its only error is that of invalid UTF-8
	}
	return text
}

// firstKeys lists the first keys of an object.
func firstKeys(object jsontext.Value) string {
	dec := newDecoder(bytes.NewReader(object))
	_, _ = dec.ReadToken() // the brace; the object is known to be valid
	var names []string
	for len(names) < 5 && dec.PeekKind() == jsontext.KindString {
		name, _ := dec.ReadToken()
		names = append(names, name.String())
		_ = dec.SkipValue()
	}
	if names == nil {
		return "no keys"
	}
	return fmt.Sprintf("the keys %q", names)
}

// shape names a value by its first byte.
func shape(first byte) string {
	switch {
	case first == '{':
		return "a JSON object"
	case first == '[':
		return "a JSON array"
	case first == '"':
		return "a JSON string"
	case first == 'n':
		return "null"
	case first == 't' || first == 'f':
		return "a boolean"
	case isNumber(first):
		return "a JSON number"
	case first == '<':
		return "an HTML or XML page"
	}
	return "text that is not JSON"
}

// isNumber reports whether a JSON value with this first byte is a number.
func isNumber(first byte) bool { return first == '-' || '0' <= first && first <= '9' }

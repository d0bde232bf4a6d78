package thulium

import (
	"iter"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxProblems is the maximum number of errors read from an envelope.
const maxProblems = 5

// readEnvelope adds the errors that the API reported, and returns whether object
// is an error envelope. Fields of undocumented types are skipped, since only an
// example documents them.
func (e *Error) readEnvelope(object jsontext.Value) (found bool) {
	var requestID string
	for name, value := range children(object) {
		switch {
		case strings.EqualFold(name, "request_id"):
			requestID = scalar(value)
		case strings.EqualFold(name, "errors"):
			found = true
			e.Problems = problems(value)
		}
	}
	if found {
		e.RequestID = requestID
	}
	return found
}

// problems returns the first errors of an envelope.
func problems(list jsontext.Value) []Problem {
	var all []Problem
	for _, value := range children(list) {
		if p := problem(value); p != (Problem{}) && len(all) < maxProblems {
			all = append(all, p)
		}
	}
	return all
}

func problem(object jsontext.Value) (p Problem) {
	for name, value := range children(object) {
		switch {
		case strings.EqualFold(name, "message"):
			p.Message = scalar(value)
		case strings.EqualFold(name, "code"):
			p.Code = scalar(value)
		}
	}
	return p
}

// scalar returns a string, or a number as it was written, and nothing of other
// values.
func scalar(value jsontext.Value) string {
	switch {
	case value[0] == '"':
		return unquote(value)
	case isNumber(value[0]):
		return string(value)
	}
	return ""
}

// children returns the elements of an array, with empty names, or the members
// of an object, and none of other values. A value is valid until the next.
func children(parent jsontext.Value) iter.Seq2[string, jsontext.Value] {
	return func(yield func(string, jsontext.Value) bool) {
		dec := newDecoder(strings.NewReader(string(parent)))
		open, err := dec.ReadToken()
		if err != nil {
			return
		}
		for isValue(dec.PeekKind()) {
			name := ""
			if open.Kind() == jsontext.KindBeginObject {
				quoted, err := dec.ReadValue()
				if err != nil {
					return
				}
				name = unquote(quoted) // now, since the next read overwrites it
			}
			value, err := dec.ReadValue()
			if err != nil || !yield(name, value) {
				return
			}
		}
	}
}

// isValue reports whether a value begins where a decoder found this kind.
func isValue(kind jsontext.Kind) bool {
	return kind != jsontext.KindInvalid && kind != jsontext.KindEndArray && kind != jsontext.KindEndObject
}

package thulium

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxObject bounds a response that is an object: it is one campaign or an
// error, and is held in memory as a whole.
const maxObject = 1 << 20

// newDecoder returns a decoder as lenient as encoding/json: duplicate names and
// invalid UTF-8 are accepted.
func newDecoder(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// decode reads a whole response, element by element, so that memory grows with
// the campaigns and not with the body. With single, one object is accepted in
// place of the array.
//
// Invalid entries are counted. A response of another shape, or followed by more
// data, is an *Error with the result InvalidResponse.
func (b *builder) decode(body io.Reader, single bool) error {
	r := bufio.NewReaderSize(body, 64) // small, since the decoder has its own buffer
	first, err := firstByte(r)
	if err != nil {
		return invalid(err)
	}
	switch first {
	case '[':
		return b.decodeArray(newDecoder(r))
	case '{':
		return b.decodeObject(newDecoder(limited(r, maxObject)), single)
	}
	return invalid(fmt.Errorf("the response is %s instead of a JSON array", shape(first)))
}

// firstByte skips white space, and a byte order mark that some proxies add,
// and returns the first byte of the value, which stays unread.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		c, _, err := r.ReadRune()
		if errors.Is(err, io.EOF) {
			return 0, errors.New("the response is empty instead of a JSON array")
		}
		if err != nil {
			return 0, err
		}
		if !strings.ContainsRune(" \t\r\n\uFEFF", c) {
			if err := r.UnreadRune(); err != nil {
				return 0, err
			}
			b, err := r.Peek(1)
			return b[0], err
		}
	}
}

// decodeArray reads the entries. Data after the array is an error.
func (b *builder) decodeArray(dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err != nil { // the bracket
		return invalid(err)
	}
	for dec.PeekKind() != jsontext.KindEndArray {
		if err := b.decodeElement(dec); err != nil {
			return invalid(fmt.Errorf("entry %d: %w", b.entries+1, located(err)))
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return invalid(err)
	}
	return trailing(dec)
}

func (b *builder) decodeElement(dec *jsontext.Decoder) error {
	kind := dec.PeekKind()
	if kind == jsontext.KindBeginObject {
		return b.decodeEntry(dec)
	}
	if err := dec.SkipValue(); err != nil {
		return err
	}
	b.reject(fmt.Errorf("%s instead of an object", shape(byte(kind))))
	return nil
}

// decodeObject reads a response that is an object: a single campaign, an error
// envelope, or something unknown.
func (b *builder) decodeObject(dec *jsontext.Decoder, single bool) error {
	object, err := wholeValue(dec)
	if err != nil {
		return err
	}
	failure := invalid(errors.New("the API reported an error"))
	if failure.readEnvelope(object) {
		return failure
	}
	if !single {
		return invalid(fmt.Errorf("the response is a JSON object with %s instead of an array", firstKeys(object)))
	}
	return b.decodeEntry(newDecoder(strings.NewReader(string(object))))
}

// wholeValue returns a value. Data after it is an error.
func wholeValue(dec *jsontext.Decoder) (jsontext.Value, error) {
	value, err := dec.ReadValue()
	if err != nil {
		return nil, invalid(located(err))
	}
	value = value.Clone() // the decoder overwrites it
	return value, trailing(dec)
}

// trailing returns an error if data follows the value.
func trailing(dec *jsontext.Decoder) error {
	switch _, err := dec.ReadToken(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return invalid(fmt.Errorf("after the end of the response: %w", located(err)))
	}
	return invalid(errors.New("more data follows the end of the response"))
}

// located reduces an error of the decoder to its cause and position. Errors of the
// underlying reader are returned unchanged.
func located(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%w, byte %d", syntax.Err, syntax.ByteOffset)
	}
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return err
}

// invalid returns an Error for an error of the decoder or an underlying reader.
func invalid(err error) *Error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		err = fmt.Errorf("the response is larger than %d bytes", tooLarge.Limit)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("the response is cut off: %w", err)
	}
	return &Error{Result: InvalidResponse, Err: err}
}

// firstKeys lists the first keys of an object.
func firstKeys(object jsontext.Value) string {
	var names []string
	for name := range children(object) {
		if names = append(names, name); len(names) == 5 {
			break
		}
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

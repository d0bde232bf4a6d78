package thulium

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// maxObject bounds an answer that is an object: that is one campaign or an
// error, and is held in memory as a whole.
const maxObject = 1 << 20

// decode reads a whole answer, element by element, so that memory grows with
// the campaigns and not with the body. Where single is set, one object in
// place of the array is accepted.
//
// An entry that cannot be used is counted; an answer of another shape, or with
// anything behind it, is an *Error with the result InvalidResponse.
func (b *builder) decode(body io.Reader, single bool) error {
	r := bufio.NewReader(body)
	first, err := firstByte(r)
	if err != nil {
		return invalid(err)
	}
	switch first {
	case '[':
		return b.decodeArray(r)
	case '{':
		return b.decodeObject(json.NewDecoder(limited(r, maxObject)), single)
	}
	return invalid(fmt.Errorf("the answer is %s instead of a JSON array", shape(first)))
}

// firstByte skips white space, and a byte order mark that some proxies add,
// and returns the first byte of the value without taking it.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		c, _, err := r.ReadRune()
		if errors.Is(err, io.EOF) {
			return 0, errors.New("the answer is empty instead of a JSON array")
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

// decodeArray reads plain entries by itself and leaves the rest to
// encoding/json: what is written otherwise, the end, and what is wrong.
func (b *builder) decodeArray(r *bufio.Reader) error {
	_, _ = r.Discard(1) // the bracket
	b.takePlain(r)
	before := "["
	if b.entries > 0 {
		before = "[0" // stands for what has been read
	}
	dec := json.NewDecoder(io.MultiReader(strings.NewReader(before), r))
	for range len(before) {
		if _, err := dec.Token(); err != nil {
			return invalid(err)
		}
	}
	return b.decodeRest(dec)
}

// decodeRest takes in the elements that are left, and makes sure that the array
// ends and nothing follows it.
func (b *builder) decodeRest(dec *json.Decoder) error {
	var e entry
	for dec.More() {
		e.reset()
		if err := dec.Decode(&e); err != nil {
			var mismatch *json.UnmarshalTypeError
			if !errors.As(err, &mismatch) {
				return invalid(err)
			}
			b.reject(fmt.Errorf("%s instead of an object", mismatch.Value))
			continue
		}
		b.take(&e)
	}
	if _, err := dec.Token(); err != nil {
		return invalid(err)
	}
	return trailing(dec)
}

// decodeObject reads an answer that is an object: a single campaign, an error
// envelope, or something unknown.
func (b *builder) decodeObject(dec *json.Decoder, single bool) error {
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return invalid(err)
	}
	if err := trailing(dec); err != nil {
		return err
	}
	failure := invalid(errors.New("the API reported an error"))
	if failure.readEnvelope(raw) {
		return failure
	}
	if !single {
		return invalid(fmt.Errorf("the answer is a JSON object with %s instead of an array", keys(raw)))
	}
	var e entry
	if err := json.Unmarshal(raw, &e); err != nil {
		return invalid(err)
	}
	b.take(&e)
	return nil
}

// trailing makes sure that nothing follows the value.
func trailing(dec *json.Decoder) error {
	switch _, err := dec.Token(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return invalid(fmt.Errorf("after the end of the answer: %w", err))
	}
	return invalid(errors.New("more data follows the end of the answer"))
}

// invalid makes an Error of what the decoder, or a reader below it, says.
func invalid(err error) *Error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		err = fmt.Errorf("the answer is larger than %d bytes", tooLarge.Limit)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("the answer is cut off: %w", err)
	}
	return &Error{Result: InvalidResponse, Err: err}
}

// keys lists the first keys of an object.
func keys(object json.RawMessage) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(object, &fields) != nil || len(fields) == 0 {
		return "no keys"
	}
	names := slices.Sorted(maps.Keys(fields))
	return fmt.Sprintf("the keys %q", names[:min(len(names), 5)])
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
func isNumber(first byte) bool { return first == '-' || isDigit(first) }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

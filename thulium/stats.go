package thulium

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
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
	// maxObject bounds an object that is a whole response in bytes: it is one
	// campaign or an error, and is held in memory.
	maxObject = 1 << 20

	digits = "0123456789"
)

// Campaign is one active outbound campaign.
type Campaign struct {
	ID                string  // as the API sent it, leading zeros kept; never empty
	Records           float64 // all its records: a whole number, 0 or more
	CompletionPercent float64 // how much of it is done: 0 to 100
}

// Stats are the active campaigns as reported by the API. They are immutable and
// may be shared.
type Stats struct {
	Campaigns      []Campaign // unique IDs, in the order of the API
	Rejected       int        // invalid entries
	FirstRejection error      // what is wrong with the first of them; nil if there is none
}

// decode adds a whole response to a request for one campaign or, with an empty ID,
// for all. It reads element by element, so that memory grows with the campaigns and
// not with the body. Invalid entries are counted.
func (s *Stats) decode(body io.Reader, id string, m *mask) error {
	r := bufio.NewReaderSize(body, 64) // small, since the decoder has its own buffer
	first, err := firstByte(r)
	if err != nil {
		return err
	}
	b := builder{Stats: s, seen: make(map[string]bool), mask: m}
	switch first {
	case '[':
		err = b.decodeArray(newDecoder(r))
	case '{':
		err = b.decodeObject(newDecoder(limited(r, maxObject)), id != "")
	default:
		err = fmt.Errorf("the response is %s instead of a JSON array", shape(first))
	}
	if id != "" {
		s.keep(id)
	}
	if s.FirstRejection != nil {
		s.FirstRejection = errors.New(m.show(s.FirstRejection.Error()))
	}
	return err
}

// builder adds entries to Stats.
type builder struct {
	*Stats

	seen  map[string]bool // IDs
	entry entry           // reused
	mask  *mask
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
			_ = r.UnreadRune() // never fails after ReadRune
			b, err := r.Peek(1)
			return b[0], err
		}
	}
}

// decodeArray reads the entries. Data after the array is an error.
func (b *builder) decodeArray(dec *jsontext.Decoder) error {
	_, _ = dec.ReadToken() // the bracket
	for dec.PeekKind() != jsontext.KindEndArray {
		if err := b.decodeEntry(dec); err != nil {
			return fmt.Errorf("entry %d: %w", len(b.Campaigns)+b.Rejected+1, located(err))
		}
	}
	_, _ = dec.ReadToken() // the other one
	return end(dec)
}

// decodeObject reads a response that is an object: a single campaign, an error
// envelope, or something unknown.
func (b *builder) decodeObject(dec *jsontext.Decoder, single bool) error {
	object, err := dec.ReadValue()
	if err != nil {
		return located(err)
	}
	object = object.Clone() // the decoder overwrites it
	if err := end(dec); err != nil {
		return err
	}
	failure := &Error{Result: InvalidResponse, Err: errors.New("the API reported an error")}
	if failure.readEnvelope(object) {
		return failure
	}
	if !single {
		return fmt.Errorf("the response is a JSON object with %s instead of an array", firstKeys(object))
	}
	return b.decodeEntry(newDecoder(bytes.NewReader(object)))
}

// entry is one element of the response: its documented fields as they were
// written, empty if they are missing.
type entry struct{ id, records, percent, unknown []byte }

// decodeEntry reads an object field by field. As in encoding/json, the last of
// several fields of one name counts.
func (b *builder) decodeEntry(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != jsontext.KindBeginObject {
		err := dec.SkipValue()
		if err == nil {
			b.reject(fmt.Errorf("%s instead of an object", shape(byte(kind))))
		}
		return err
	}
	_, _ = dec.ReadToken() // the brace
	e := &b.entry
	e.id, e.records, e.percent = e.id[:0], e.records[:0], e.percent[:0]
	for dec.PeekKind() != jsontext.KindEndObject {
		name, err := dec.ReadValue()
		if err != nil {
			return err
		}
		field := e.field(name)
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		*field = append((*field)[:0], value...) // the decoder overwrites its own
	}
	_, _ = dec.ReadToken() // the other one
	b.add(e.campaign())
	return nil
}

// add adds a campaign, or counts it as rejected if there is an error or its ID was
// already seen.
func (b *builder) add(c Campaign, err error) {
	c.ID = b.mask.id(c.ID)
	if err == nil && b.seen[c.ID] {
		err = fmt.Errorf("campaign %s: duplicate ID", c.ID)
	}
	if err != nil {
		b.reject(err)
		return
	}
	b.seen[c.ID] = true
	b.Campaigns = append(b.Campaigns, c)
}

// field returns where the value of a field belongs, by its name as written in JSON.
func (e *entry) field(name jsontext.Value) *[]byte {
	text := name[1 : len(name)-1]
	if bytes.IndexByte(text, '\\') >= 0 {
		text = unquote(name)
	}
	switch string(text) {
	case "id":
		return &e.id
	case "records_count":
		return &e.records
	case "completion_percent":
		return &e.percent
	}
	return &e.unknown
}

// campaign returns the campaign, or an error that names the first field that is
// missing or invalid.
func (e *entry) campaign() (Campaign, error) {
	id, err := parseID(e.id)
	if err != nil {
		return Campaign{}, fmt.Errorf("id: %w", err)
	}
	records, err := parseCount(e.records)
	if err != nil {
		return Campaign{}, fmt.Errorf("campaign %s: records_count: %w", id, err)
	}
	percent, err := parsePercent(e.percent)
	if err != nil {
		return Campaign{}, fmt.Errorf("campaign %s: completion_percent: %w", id, err)
	}
	return Campaign{ID: id, Records: records, CompletionPercent: percent}, nil
}

// parseID returns an ID. The digits of a number are kept as sent: adding or
// dropping zeros would be a guess.
func parseID(value jsontext.Value) (id string, err error) {
	switch {
	case len(value) == 0:
		return "", errors.New("missing")
	case value[0] == '"':
		id = string(unquote(value))
	case len(bytes.Trim(value, digits)) == 0:
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
	text, odd := value, false
	switch {
	case len(value) == 0:
		return 0, errors.New("missing")
	case value[0] == '"':
		text = value[1 : len(value)-1]
		// ParseFloat also accepts hexadecimal numbers, underscores, NaN and Inf.
		odd = len(bytes.Trim(text, digits+"+-.eE")) > 0
	case !isNumber(value[0]):
		return 0, fmt.Errorf("%s instead of a number", shape(value[0]))
	}
	n, err := strconv.ParseFloat(string(text), 64)
	switch {
	case !odd && errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("too large: %s", text)
	case odd || err != nil:
		return 0, fmt.Errorf("not a number: %q", text)
	}
	return n + 0, nil // + 0 makes 0 of -0
}

// reject counts an invalid entry.
func (s *Stats) reject(reason error) {
	s.FirstRejection = cmp.Or(s.FirstRejection, reason)
	s.Rejected++
}

// keep drops all campaigns but the requested one, since a system that ignores the
// parameter sends all of them. If the response has only others, that counts as a
// rejected entry, so that the missing series is explained.
func (s *Stats) keep(id string) {
	all := s.Campaigns
	i := slices.IndexFunc(all, func(c Campaign) bool { return c.ID == id })
	switch {
	case i >= 0:
		s.Campaigns = []Campaign{all[i]}
	case len(all) > 0:
		s.Campaigns = nil
		s.reject(fmt.Errorf("campaign %s was requested, the response has %q instead", id, all[0].ID))
	}
}

// merge joins the responses to requests for single campaigns.
func merge(responses []*Stats) *Stats {
	all := &Stats{}
	for _, r := range responses {
		all.Campaigns = append(all.Campaigns, r.Campaigns...)
		all.FirstRejection = cmp.Or(all.FirstRejection, r.FirstRejection)
		all.Rejected += r.Rejected
	}
	return all
}

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

// unquote returns the text of a JSON string, each invalid byte as U+FFFD. It is a
// part of value if possible.
func unquote(value jsontext.Value) []byte {
	text := value[1 : len(value)-1]
	if bytes.IndexByte(text, '\\') >= 0 || !utf8.Valid(text) {
		text, _ = jsontext.AppendUnquote(nil, value) // its only error is that of invalid UTF-8
	}
	return text
}

// isNumber reports whether a JSON value with this first byte is a number.
func isNumber(first byte) bool { return first == '-' || '0' <= first && first <= '9' }

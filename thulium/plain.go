package thulium

import (
	"bufio"
	"math"
	"unicode/utf8"
)

const (
	// maxPlain is how much of the answer is looked at for one plain entry. Real
	// ones take about 70 bytes.
	maxPlain = 512
	// maxExact is how many digits a number may have so that it is exact without
	// its point, and a quotient of two such numbers the nearest there is.
	maxExact = 15
)

// takePlain takes in the entries at the start of an array for as long as
// they are written as the API's documentation writes them: the three known
// fields, texts of ASCII without escapes, numbers without sign and exponent,
// nothing that would be rejected. It stops before the first byte of anything
// else, which is left to encoding/json. So it never has to tell what is wrong
// with an entry, and it takes a fraction of the time.
func (b *builder) takePlain(r *bufio.Reader) {
	for {
		_, _ = r.Peek(maxPlain) // an error comes back with the next read
		window, _ := r.Peek(r.Buffered())
		taken := b.takeWindow(window)
		if taken == 0 {
			return
		}
		_, _ = r.Discard(taken) // it is in the buffer
	}
}

// takeWindow takes in the whole plain entries at the front of a piece of an
// array, and returns how many bytes they have with what separates them.
func (b *builder) takeWindow(window []byte) (taken int) {
	s := scanner{text: window}
	for {
		if b.entries > 0 && !s.take(",") {
			return taken
		}
		e, ok := s.entry()
		if !ok {
			return taken
		}
		b.add(Campaign{ID: b.text(e.id), Records: e.records, CompletionPercent: e.percent})
		taken = s.at
	}
}

// plainEntry is a plain entry; its id is only good until the next read.
type plainEntry struct {
	id               []byte
	records, percent float64
}

// scanner reads plain JSON. After something that is not plain its state means
// nothing.
type scanner struct {
	text []byte
	at   int
}

// entry reads a whole object and reports whether it is plain and can be used.
// As in encoding/json, the last of several fields of one name counts.
func (s *scanner) entry() (e plainEntry, ok bool) {
	const id, records, percent, all = 1, 2, 4, 7
	seen := 0
	for next := "{"; s.take(next); next = "," {
		switch {
		case s.take(`"id":`):
			e.id, ok = s.string()
			seen |= id
		case s.take(`"records_count":`):
			e.records, ok = s.number()
			seen |= records
		case s.take(`"completion_percent":`):
			e.percent, ok = s.number()
			seen |= percent
		default:
			return e, false
		}
		if !ok {
			return e, false
		}
		if s.take("}") {
			return e, seen == all && e.usable()
		}
	}
	return e, false
}

// usable reports whether the checks of encoding/json's entries would pass, too.
func (e *plainEntry) usable() bool {
	return len(e.id) <= maxIDLength && e.records == math.Trunc(e.records) && e.percent <= 100
}

// space skips white space.
func (s *scanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\n' || s.text[s.at] == '\r' || s.text[s.at] == '\t') {
		s.at++
	}
}

// take skips white space and one certain text.
func (s *scanner) take(want string) bool {
	s.space()
	end := s.at + len(want)
	if end > len(s.text) || string(s.text[s.at:end]) != want {
		return false
	}
	s.at = end
	return true
}

// string reads a string that is not empty, without its quotes.
func (s *scanner) string() (text []byte, ok bool) {
	if !s.take(`"`) {
		return nil, false
	}
	start := s.at
	for ; s.at < len(s.text); s.at++ {
		switch b := s.text[s.at]; {
		case b == '"':
			text = s.text[start:s.at]
			s.at++
			return text, len(text) > 0
		case b == '\\' || b < ' ' || b >= utf8.RuneSelf:
			return nil, false
		}
	}
	return nil, false
}

// number reads digits with a point somewhere, as nearly all numbers are written.
// What follows them ends the number, or is not plain.
func (s *scanner) number() (n float64, ok bool) {
	s.space()
	start, places := s.at, 0
	n, whole := s.digits(0)
	if whole == 0 || whole > 1 && s.text[start] == '0' {
		return 0, false
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		if n, places = s.digits(n); places == 0 {
			return 0, false
		}
	}
	return n / math.Pow10(places), whole+places <= maxExact
}

// digits appends the digits that follow to n, and returns how many there were.
func (s *scanner) digits(n float64) (appended float64, count int) {
	start := s.at
	for ; s.at < len(s.text) && isDigit(s.text[s.at]); s.at++ {
		n = 10*n + float64(s.text[s.at]-'0')
	}
	return n, s.at - start
}

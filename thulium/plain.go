package thulium

import "bufio"

// maxPlain is how much of the answer is looked at for one plain entry. Real
// ones take about 70 bytes.
const maxPlain = 512

// takePlain takes in the entries at the start of an array for as long as
// they are written as the API's documentation writes them: the three known
// fields, numbers without exponents, strings without escapes. It stops before
// the first byte of anything else, which is left to encoding/json. So it never
// has to tell what is wrong with an entry, and it takes a fraction of the time.
func (b *builder) takePlain(r *bufio.Reader) {
	for {
		window, _ := r.Peek(maxPlain) // an error comes back with the next read
		s := scanner{rest: window}
		var e entry
		if b.entries > 0 && !s.take(',') || !s.entry(&e) {
			return
		}
		b.take(&e)
		_, _ = r.Discard(len(window) - len(s.rest)) // it is in the buffer
	}
}

// scanner reads plain JSON from the front of a piece of text. After something
// that is not plain its state means nothing.
type scanner struct{ rest []byte }

// space skips white space.
func (s *scanner) space() {
	for len(s.rest) > 0 && (s.rest[0] == ' ' || s.rest[0] == '\n' || s.rest[0] == '\r' || s.rest[0] == '\t') {
		s.rest = s.rest[1:]
	}
}

// take skips white space and one certain byte.
func (s *scanner) take(want byte) bool {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != want {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// entry reads a whole object. As in encoding/json, the last of several fields
// of one name counts.
func (s *scanner) entry(e *entry) bool {
	if !s.take('{') {
		return false
	}
	for {
		field, ok := s.key(e)
		if !ok || !s.take(':') || !s.value(field) {
			return false
		}
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// key reads the name of a field and returns where its value belongs.
func (s *scanner) key(e *entry) (field *[]byte, ok bool) {
	if !s.take('"') {
		return nil, false
	}
	name, ok := s.text()
	switch string(name) {
	case "id":
		return (*[]byte)(&e.ID), ok
	case "records_count":
		return (*[]byte)(&e.RecordsCount), ok
	case "completion_percent":
		return (*[]byte)(&e.CompletionPercent), ok
	}
	return nil, false
}

// value reads a string, with its quotes, or a number.
func (s *scanner) value(into *[]byte) bool {
	s.space()
	start := s.rest
	var ok bool
	if s.take('"') {
		_, ok = s.text()
	} else {
		ok = s.number()
	}
	*into = start[:len(start)-len(s.rest)]
	return ok
}

// text reads what is left of a string behind its opening quote.
func (s *scanner) text() ([]byte, bool) {
	for i, b := range s.rest {
		switch {
		case b == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return text, true
		case b == '\\' || b < ' ':
			return nil, false
		}
	}
	return nil, false
}

// number reads a number without an exponent. What follows it ends it, or is
// not plain.
func (s *scanner) number() bool {
	if len(s.rest) > 0 && s.rest[0] == '-' {
		s.rest = s.rest[1:]
	}
	leadingZero := len(s.rest) > 0 && s.rest[0] == '0'
	whole := s.digits()
	if whole == 0 || leadingZero && whole > 1 {
		return false
	}
	if len(s.rest) > 0 && s.rest[0] == '.' {
		s.rest = s.rest[1:]
		return s.digits() > 0
	}
	return true
}

// digits skips digits and returns how many there were.
func (s *scanner) digits() int {
	n := 0
	for n < len(s.rest) && isDigit(s.rest[n]) {
		n++
	}
	s.rest = s.rest[n:]
	return n
}

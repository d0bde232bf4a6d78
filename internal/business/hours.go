package business

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// clock is a time of day as a clock shows it, in seconds since 00:00.
type clock int32

// midnight is how the end of a day is written; as its start it is 00:00.
const midnight = "24:00"

func parseClock(s string) (clock, error) {
	if s == midnight {
		return secondsPerDay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, errors.New("not a time of day; write hours and minutes like '08:00', at most '24:00'")
	}
	return clock(t.Hour()*3600 + t.Minute()*60), nil
}

func (c clock) String() string { return fmt.Sprintf("%02d:%02d", c/3600, c/60%60) }

// span is a stretch of a day; to does not belong to it.
type span struct{ from, to clock }

func parseSpan(r TimeRange) (span, error) {
	from, err := parseClock(r.Start)
	if err != nil {
		return span{}, err
	}
	to, err := parseClock(r.End)
	if err != nil {
		return span{}, err
	}
	if from >= to {
		return span{}, fmt.Errorf("%s-%s is empty or passes midnight; end it later, at most at 24:00, and give the next day a window of its own", r.Start, r.End)
	}
	return span{from, to}, nil
}

func (s span) String() string { return fmt.Sprintf("%s-%s", s.from, s.to) }

// hours are the business hours of a day, in order and with gaps between them.
// None means closed.
type hours []span

// newHours puts spans in order and makes those one that touch, so that equal
// business hours are equal hours however they were written.
func newHours(spans []span) (hours, error) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var h hours
	for _, s := range spans {
		last := len(h) - 1
		switch {
		case last < 0 || s.from > h[last].to:
			h = append(h, s)
		case s.from == h[last].to:
			h[last].to = s.to
		default:
			return nil, fmt.Errorf("%s and %s overlap; make one window of them", h[last], s)
		}
	}
	return h, nil
}

func parseHours(ranges []TimeRange) (hours, error) {
	spans, err := parseSpans(ranges)
	if err != nil {
		return nil, err
	}
	return newHours(spans)
}

func parseSpans(ranges []TimeRange) ([]span, error) {
	if len(ranges) == 0 {
		return nil, errors.New("no times; write for example times: [{start_time: '08:00', end_time: '20:00'}]")
	}
	spans := make([]span, len(ranges))
	for i, r := range ranges {
		var err error
		if spans[i], err = parseSpan(r); err != nil {
			return nil, err
		}
	}
	return spans, nil
}

func (h hours) contain(c clock) bool {
	return slices.ContainsFunc(h, func(s span) bool { return s.from <= c && c < s.to })
}

// until returns how many seconds of h are over when the clock shows c.
func (h hours) until(c clock) int64 {
	var sum int64
	for _, s := range h {
		sum += int64(max(0, min(c, s.to)-s.from))
	}
	return sum
}

// length returns how many seconds h has on a day without a clock change.
func (h hours) length() int64 { return h.until(secondsPerDay) }

package business

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// newRules checks a Spec that lacks nothing.
func newRules(s Spec) (_ *rules, err error) {
	r := &rules{exceptions: make(map[date]exception)}
	if r.zone, err = loadZone(s.TimeZone); err != nil {
		return nil, &KeyError{"time_zone", err}
	}
	if r.week, err = parseWeek(s.Windows); err != nil {
		return nil, &KeyError{"windows", err}
	}
	holidays, err := holidaysOf(s.Holidays)
	if err != nil {
		return nil, &KeyError{"holidays", err}
	}
	for i, text := range s.ClosedDates {
		if err := r.closeOn(text); err != nil {
			return nil, &KeyError{"closed_dates", entry(i, err)}
		}
	}
	for i, day := range s.OpenDates {
		if err := r.openOn(day); err != nil {
			return nil, &KeyError{"open_dates", entry(i, err)}
		}
	}
	r.observe(holidays)
	return r, nil
}

func entry(i int, err error) error { return fmt.Errorf("entry %d: %w", i+1, err) }

// loadZone refuses "Local", which would differ from machine to machine.
func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.Local {
		return nil, errors.New("unknown; write a name from the IANA time zone database, like Europe/Warsaw")
	}
	return zone, nil
}

func (r *rules) closeOn(text string) error {
	midnight, err := ParseDate(text)
	if err == nil {
		r.exceptions[dateOf(midnight)] = exception{nil, "closed date"}
	}
	return err
}

func (r *rules) openOn(o OpenDate) error {
	midnight, err := ParseDate(o.Date)
	if err != nil {
		return err
	}
	day := dateOf(midnight)
	if other, ok := r.exceptions[day]; ok && other.hours == nil {
		return fmt.Errorf("%s is in closed_dates too; remove one of them", o.Date)
	} else if ok {
		return fmt.Errorf("%s is listed twice; put all its times into one entry", o.Date)
	}
	times, err := parseSpans(o.Times)
	if err == nil {
		err = inOrder(times)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", o.Date, err)
	}
	r.exceptions[day] = exception{times, "open date"}
	return nil
}

func parseWeek(windows []Window) (week [7][]span, err error) {
	if len(windows) == 0 {
		return week, errors.New("empty; list at least one window, or remove the key for Monday to Friday 08:00-20:00")
	}
	for i, w := range windows {
		if err := w.addTo(&week); err != nil {
			return week, entry(i, err)
		}
	}
	for day, times := range week {
		if err := inOrder(times); err != nil {
			return week, fmt.Errorf("on %s %w", time.Weekday(day), err)
		}
	}
	return week, nil
}

// addTo adds the times of the window to each of its weekdays.
func (w Window) addTo(week *[7][]span) error {
	times, err := parseSpans(w.Times)
	if err != nil {
		return err
	}
	if len(w.Weekdays) == 0 {
		return errors.New("no weekdays; write for example weekdays: ['monday:friday']")
	}
	for _, s := range w.Weekdays {
		days, err := parseWeekdays(s)
		if err != nil {
			return err
		}
		for _, day := range days {
			week[day] = append(week[day], times...)
		}
	}
	return nil
}

// parseWeekdays reads 'saturday' or 'monday:friday'. Unlike in Alertmanager,
// where a week begins on Sunday, 'friday:monday' is four days.
func parseWeekdays(s string) ([]time.Weekday, error) {
	first, last, isRange := strings.Cut(strings.ToLower(s), ":")
	if !isRange {
		last = first
	}
	from, to := parseWeekday(first), parseWeekday(last)
	if from < 0 || to < 0 {
		return nil, errors.New("not a weekday; write 'monday' to 'sunday', or a range like 'monday:friday'")
	}
	days := []time.Weekday{from}
	for day := from; day != to; days = append(days, day) {
		day = (day + 1) % 7
	}
	return days, nil
}

// parseWeekday returns -1 for a name that is none.
func parseWeekday(s string) time.Weekday {
	names := []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	return time.Weekday(slices.Index(names, s))
}

// span is a part of a day, in seconds as clocks show them; to does not belong to it.
type span struct{ from, to int }

func (s span) String() string {
	clock := func(t int) string { return fmt.Sprintf("%02d:%02d", t/3600, t/60%60) }
	return clock(s.from) + "-" + clock(s.to)
}

func parseSpans(ranges []TimeRange) ([]span, error) {
	if len(ranges) == 0 {
		return nil, errors.New("no times; write for example times: [{start_time: '08:00', end_time: '20:00'}]")
	}
	var spans []span
	for _, r := range ranges {
		s, err := parseSpan(r)
		if err != nil {
			return nil, err
		}
		spans = append(spans, s)
	}
	return spans, nil
}

func parseSpan(r TimeRange) (span, error) {
	from, fromErr := parseClock(r.Start)
	to, toErr := parseClock(r.End)
	if err := cmp.Or(fromErr, toErr); err != nil {
		return span{}, err
	}
	if from >= to {
		return span{}, fmt.Errorf("%s-%s is empty or passes midnight; end it later, at most at 24:00, and give the next day a window of its own", r.Start, r.End)
	}
	return span{from, to}, nil
}

func parseClock(s string) (seconds int, err error) {
	if s == "24:00" {
		return secondsPerDay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, errors.New("not a time of day; write hours and minutes like '08:00', at most '24:00'")
	}
	return t.Hour()*3600 + t.Minute()*60, nil
}

// inOrder sorts the business hours of a day, which must not overlap.
func inOrder(spans []span) error {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return fmt.Errorf("%s and %s overlap; make one window of them", spans[i-1], spans[i])
		}
	}
	return nil
}

// ParseDate parses a date within business time and returns its midnight UTC.
func ParseDate(text string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, errors.New("not a date; write it like 2026-12-31")
	}
	if t.Year() < FirstYear || t.Year() > LastYear {
		return t, fmt.Errorf("the year of %s is out of range; write one from %d to %d", text, FirstYear, LastYear)
	}
	return t, nil
}

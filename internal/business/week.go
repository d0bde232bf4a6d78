package business

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// week is the business hours of each time.Weekday.
type week [7]hours

func newWeek(windows []Window) (week, error) {
	if len(windows) == 0 {
		return week{}, errors.New("empty; list at least one window, or remove the key for Monday to Friday 08:00-20:00")
	}
	var spans [7][]span
	for i, w := range windows {
		if err := w.addTo(&spans); err != nil {
			return week{}, fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	var regular week
	for day := range regular {
		var err error
		if regular[day], err = newHours(spans[day]); err != nil {
			return week{}, fmt.Errorf("on %s %w", time.Weekday(day), err)
		}
	}
	return regular, nil
}

// addTo adds the times of the window to each of its weekdays.
func (w Window) addTo(spans *[7][]span) error {
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
			spans[day] = append(spans[day], times...)
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
	for day := time.Sunday; day <= time.Saturday; day++ {
		if s == strings.ToLower(day.String()) {
			return day
		}
	}
	return -1
}

// length returns how many seconds the n days from first on have.
func (w *week) length(first date, n int) int64 {
	var whole, partial int64
	weekday := int(first.weekday())
	for i := range w {
		seconds := w[(weekday+i)%7].length()
		whole += seconds
		if i < n%7 {
			partial += seconds
		}
	}
	return int64(n/7)*whole + partial
}

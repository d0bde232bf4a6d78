package business

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
)

// noHolidays is written instead of a country to work on public holidays.
const noHolidays = "none"

// holidaysOf returns the holidays that close in the places with these codes.
func holidaysOf(codes []string) ([]*cal.Holiday, error) {
	if len(codes) == 0 {
		return nil, errors.New("empty; write 'none', or remove the key for pl")
	}
	if len(codes) == 1 && strings.EqualFold(codes[0], noHolidays) {
		return nil, nil
	}
	known := places()
	var list []*cal.Holiday
	for i, code := range codes {
		holidays, ok := known[strings.ToLower(code)]
		if !ok {
			return nil, fmt.Errorf("entry %d: %w", i+1, unknownPlace(code, known))
		}
		list = append(list, holidays...)
	}
	return slices.DeleteFunc(list, staysOpen), nil
}

// unknownPlace names the codes that could have been meant: those of the same
// country, or else of all countries.
func unknownPlace(code string, known map[string][]*cal.Holiday) error {
	country, _, _ := strings.Cut(strings.ToLower(code), "-")
	_, same := known[country]
	var codes []string
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if same && strings.HasPrefix(k, country) || !same && !strings.Contains(k, "-") {
			codes = append(codes, k)
		}
	}
	return fmt.Errorf("unknown code; write 'none' alone, or one of %s", strings.Join(codes, " "))
}

// staysOpen reports whether h is a holiday on which people work: the eves of
// Finland, Iceland and Sweden, and religious days. Bank holidays in the library
// are the public holidays of some countries (the United Kingdom), and so are those
// without a type (all of Ireland's).
func staysOpen(h *cal.Holiday) bool {
	return h.Type == cal.ObservanceReligious || h.Type == cal.ObservanceOther
}

// closings returns the dates on which h closes from firstYear to the end of year:
// the holiday itself and, if it is observed on another day, that day too. (For a
// centre that works seven days a week a Christmas on a Saturday is still
// Christmas.)
func closings(h *cal.Holiday, year int) []date {
	fixed := h.Clone(nil) // Func of a Japanese holiday writes to its argument
	fixed.Observed = nil
	begin, end := firstDay, newDate(year+1, time.January, 1)
	var dates []date
	for y := firstYear; y <= year+1; y++ { // New Year may be observed the day before
		day := actualDate(fixed, y)
		for _, d := range []date{day, observedDate(day, h.Observed)} {
			if begin <= d && d < end {
				dates = append(dates, d)
			}
		}
	}
	return dates
}

// actualDate is near year 1 if the holiday does not happen in year.
func actualDate(h *cal.Holiday, year int) date {
	day, _ := h.Calc(year)
	// It is midnight in the zone of the machine. Where clocks skip midnight it
	// may be an hour early or late, but noon is on the right date.
	return dateOf(day.Add(12 * time.Hour))
}

func observedDate(day date, alternatives []cal.AltDay) date {
	for _, alt := range alternatives {
		if alt.Day == day.weekday() {
			return day + date(alt.Offset)
		}
	}
	return day
}

package business

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
)

// noHolidays is written instead of a country to work on public holidays.
const noHolidays = "none"

// places returns the public holidays of Poland and its neighbours, of other large
// countries, and of the German states, by code.
func places() map[string][]*cal.Holiday {
	return map[string][]*cal.Holiday{
		"cz": cz.Holidays,
		"de": de.Holidays,
		"es": es.Holidays,
		"fr": fr.Holidays,
		"gb": gb.Holidays,
		"it": it.Holidays,
		"lt": lt.Holidays,
		"nl": nl.Holidays,
		"pl": poland(),
		"ro": ro.Holidays,
		"ru": ru.Holidays,
		"sk": sk.Holidays,
		"ua": ua.Holidays,
		"us": us.Holidays,

		"de-bb": de.HolidaysBB,
		"de-be": de.HolidaysBE,
		"de-bw": de.HolidaysBW,
		"de-by": de.HolidaysBY,
		"de-hb": de.HolidaysHB,
		"de-he": de.HolidaysHE,
		"de-hh": de.HolidaysHH,
		"de-mv": de.HolidaysMV,
		"de-ni": de.HolidaysNI,
		"de-nw": de.HolidaysNW,
		"de-rp": de.HolidaysRP,
		"de-sh": de.HolidaysSH,
		"de-sl": de.HolidaysSL,
		"de-sn": de.HolidaysSN,
		"de-st": de.HolidaysST,
		"de-th": de.HolidaysTH,
	}
}

// poland returns the library's list with the two holidays it lacks because they are
// Sundays anyway; a centre that works on Sundays closes on them. Article 1 of
// the Polish act of 18 January 1951 on non-working days names them all. (The
// library also ignores that Epiphany has been a public holiday only since 2011, but
// business time begins later.)
func poland() []*cal.Holiday {
	return append([]*cal.Holiday{
		aa.Easter.Clone(&cal.Holiday{Name: "pierwszy dzień Wielkiej Nocy"}),
		aa.Pentecost.Clone(&cal.Holiday{Name: "pierwszy dzień Zielonych Świątek"}),
	}, pl.Holidays...)
}

// holidaysOf returns the holidays that close in the places with these codes.
func holidaysOf(codes []string) ([]*cal.Holiday, error) {
	if len(codes) == 0 {
		return nil, errors.New("empty; write 'none', or remove the key for pl")
	}
	if len(codes) == 1 && strings.EqualFold(codes[0], noHolidays) {
		return nil, nil
	}
	known := places()
	var all []*cal.Holiday
	for i, code := range codes {
		holidays, ok := known[strings.ToLower(code)]
		if !ok {
			list := strings.Join(slices.Sorted(maps.Keys(known)), " ")
			return nil, entry(i, fmt.Errorf("unknown code; write 'none' alone, or some of %s; holidays of other places belong in closed_dates", list))
		}
		all = append(all, holidays...)
	}
	return all, nil
}

// observe closes on holidays: on their own dates and, if they are observed on
// other ones, on those too. (For a centre that works seven days a week a
// Christmas on a Saturday is still Christmas. A New Year of 2051 that is observed in
// 2050 would be missing, but it is a Sunday.)
func (r *rules) observe(holidays []*cal.Holiday) {
	for _, h := range holidays {
		for year := FirstYear; year <= LastYear; year++ {
			if midnight, _ := h.Calc(year); !midnight.IsZero() {
				r.observeOn(midnight, h)
			}
		}
	}
}

// observeOn closes on one date of a holiday. The library returns midnight in the zone
// of the machine: where clocks skip that it may be an hour early or late, and on
// a wrong weekday, but noon is on the right date.
func (r *rules) observeOn(midnight time.Time, h *cal.Holiday) {
	day := dateOf(midnight.Add(12 * time.Hour))
	r.closeFor(h, day)
	for _, other := range h.Observed {
		if other.Day == day.weekday() {
			r.closeFor(h, day+date(other.Offset))
		}
	}
}

// closeFor closes for a holiday, unless the user or another holiday was first.
func (r *rules) closeFor(h *cal.Holiday, day date) {
	if _, ok := r.exceptions[day]; !ok {
		r.exceptions[day] = exception{why: h.Name}
	}
}

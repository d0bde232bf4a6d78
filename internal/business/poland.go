package business

import (
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/pl"
)

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

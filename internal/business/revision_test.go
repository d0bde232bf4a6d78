package business_test

import (
	"testing"

	"thulium_exporter/internal/business"
)

// The number is the same on every machine. It may change with an upgrade of
// the holiday library; then counters change as well, and users should read of
// it.
func TestRevisionIsStable(t *testing.T) {
	const want = 3795613673
	if got := mustNew(t, business.Spec{}).Revision(); got != want {
		t.Errorf("revision of the default calendar = %d, want %d", got, want)
	}
}

func TestRevisionOfEquivalentSpecs(t *testing.T) {
	want := mustNew(t, business.Spec{}).Revision()
	for name, s := range map[string]business.Spec{
		"defaults written out": {
			TimeZone: "Europe/Warsaw",
			Holidays: []string{"PL"},
			Windows:  []business.Window{{Weekdays: []string{"monday:friday"}, Times: []business.TimeRange{{Start: "08:00", End: "20:00"}}}},
		},
		"windows in pieces": {Windows: []business.Window{
			{Weekdays: []string{"wednesday:friday", "Tuesday"}, Times: []business.TimeRange{{Start: "12:00", End: "20:00"}, {Start: "08:00", End: "12:00"}}},
			{Weekdays: []string{"monday"}, Times: []business.TimeRange{{Start: "08:00", End: "20:00"}}},
		}},
		"country twice":            {Holidays: []string{"pl", "pl"}},
		"closed date on a holiday": {ClosedDates: []string{"2026-12-24", "2026-12-24"}},
		"closed date on a Sunday":  {ClosedDates: []string{"2026-12-13"}},
		"open date as ever":        {OpenDates: []business.OpenDate{{Date: "2026-12-14", Times: []business.TimeRange{{Start: "08:00", End: "20:00"}}}}},
	} {
		if got := mustNew(t, s).Revision(); got != want {
			t.Errorf("%s: revision %d, want %d", name, got, want)
		}
	}
}

func TestRevisionOfDifferentSpecs(t *testing.T) {
	seen := map[uint32]string{}
	for name, s := range map[string]business.Spec{
		"default":     {},
		"zone":        {TimeZone: "Europe/Berlin"},
		"windows":     {Windows: daily("08:00", "20:00")},
		"later":       {Windows: daily("09:00", "21:00")},
		"holidays":    {Holidays: []string{"cz"}},
		"none":        {Holidays: []string{"none"}},
		"closed date": {ClosedDates: []string{"2026-12-31"}},
		"open date":   {OpenDates: []business.OpenDate{{Date: "2026-12-13", Times: []business.TimeRange{{Start: "08:00", End: "20:00"}}}}},
		"open later":  {OpenDates: []business.OpenDate{{Date: "2026-12-13", Times: []business.TimeRange{{Start: "09:00", End: "21:00"}}}}},
		"moved hours": {OpenDates: []business.OpenDate{{Date: "2026-12-14", Times: []business.TimeRange{{Start: "09:00", End: "21:00"}}}}},
	} {
		revision := mustNew(t, s).Revision()
		if other, ok := seen[revision]; ok {
			t.Errorf("%q and %q have the same revision", name, other)
		}
		seen[revision] = name
	}
}

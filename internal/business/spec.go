package business

import "cmp"

// Spec is business time as a user writes it. The zero Spec is that of a Polish
// centre that works Monday to Friday from 08:00 to 20:00.
type Spec struct {
	// TimeZone is an IANA name; default Europe/Warsaw.
	TimeZone string `yaml:"time_zone,omitempty"`

	// Windows are the business hours of a week; default Monday to Friday
	// 08:00-20:00.
	Windows []Window `yaml:"windows,omitempty"`

	// Holidays are codes of countries (ISO 3166-1, "pl") and of German states (ISO
	// 3166-2, "de-by") whose public holidays are closed; default pl. "none"
	// stands alone and closes on none.
	Holidays []string `yaml:"holidays,omitempty"`

	// ClosedDates are closed besides holidays, each like "2026-12-31".
	ClosedDates []string `yaml:"closed_dates,omitempty"`

	// OpenDates have times of their own, whatever windows and holidays say.
	OpenDates []OpenDate `yaml:"open_dates,omitempty"`
}

// Window is times that some weekdays share. Its keys and the way weekdays are
// written are those of Alertmanager's time intervals.
type Window struct {
	Weekdays []string    `yaml:"weekdays"` // 'saturday' or 'monday:friday'
	Times    []TimeRange `yaml:"times"`
}

// TimeRange is a part of one day. It ends before End, which may be '24:00'.
type TimeRange struct {
	Start string `yaml:"start_time"`
	End   string `yaml:"end_time"`
}

// OpenDate is a date with its own business hours, such as a trading Sunday or a
// short New Year's Eve.
type OpenDate struct {
	Date  string      `yaml:"date"`
	Times []TimeRange `yaml:"times"`
}

// WithDefaults returns s with its missing fields set. Fields that are set but empty
// are rejected later: they may mean the default, never or always.
func (s Spec) WithDefaults() Spec {
	return s.Over(Spec{
		TimeZone: "Europe/Warsaw",
		Windows: []Window{{
			Weekdays: []string{"monday:friday"},
			Times:    []TimeRange{{Start: "08:00", End: "20:00"}},
		}},
		Holidays: []string{"pl"},
	})
}

// Over returns base with what s says in its place.
func (s Spec) Over(base Spec) Spec {
	return Spec{
		TimeZone:    cmp.Or(s.TimeZone, base.TimeZone),
		Windows:     over(s.Windows, base.Windows),
		Holidays:    over(s.Holidays, base.Holidays),
		ClosedDates: over(s.ClosedDates, base.ClosedDates),
		OpenDates:   over(s.OpenDates, base.OpenDates),
	}
}

func over[T any](list, base []T) []T {
	if list != nil {
		return list
	}
	return base
}

// KeyError says which key of a Spec is wrong. It does not quote the Spec.
type KeyError struct {
	Key string
	Err error
}

// Error names the key and what is wrong with it.
func (e *KeyError) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *KeyError) Unwrap() error { return e.Err }

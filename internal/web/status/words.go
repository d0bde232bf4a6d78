package status

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"thulium_exporter/thulium"
)

// maxText is how much of a name is shown, in runes.
const maxText = 80

// clip makes a text from outside fit for a cell: printable and short.
func clip(s string) string {
	s = thulium.Clean(s)
	if utf8.RuneCountInString(s) <= maxText {
		return s
	}
	return string([]rune(s)[:maxText-1]) + "…"
}

// count says how many there are.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(float64(n)) + " " + many
}

// thousands writes a whole number with narrow spaces between groups of three
// digits, which never break a line.
func thousands(n float64) string {
	digits := strconv.FormatFloat(n, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u202f" + digits[i:]
	}
	return digits
}

// percent writes a percentage as exactly as Thulium does, without its sign.
func percent(p float64) string { return strconv.FormatFloat(p, 'f', 2, 64) }

// length says how long something lasts, in its one or two largest units.
func length(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 24*time.Hour && d%time.Hour < time.Minute:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return count(int(d/(24*time.Hour)), "day", "days")
}

// ago says how long it is from t to now.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	if d < time.Second {
		return "just now"
	}
	return length(d) + " ago"
}

// in says how long it is from now to t.
func in(t, now time.Time) string {
	d := t.Sub(now)
	if d < time.Second {
		return "now"
	}
	return "in " + length(d.Round(time.Second))
}

// clock says when t is, to the second, with the date if that is not today's.
// Both are in the zone of now.
func clock(t, now time.Time) string {
	if t = t.In(now.Location()); sameDay(t, now) {
		return t.Format("15:04:05")
	}
	return t.Format("2 Jan 2006 15:04:05")
}

// minute is clock to the minute, or just the date.
func minute(t, now time.Time) string {
	if t = t.In(now.Location()); sameDay(t, now) {
		return t.Format("15:04")
	}
	return t.Format("2 Jan")
}

func sameDay(t, other time.Time) bool {
	return t.Format(time.DateOnly) == other.Format(time.DateOnly)
}

package business

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Print writes Days for people: a line per date and a sentence that sums up.
func (c *Calendar) Print(w io.Writer, from, to time.Time) error {
	days := c.Days(from, to)
	width := 0
	for _, d := range days {
		width = max(width, len(d.times()))
	}
	var text strings.Builder
	for _, d := range days {
		line := fmt.Sprintf("%s  %-*s  %s", d.Date.Format("2006-01-02 Mon"), width, d.times(), d.Note)
		fmt.Fprintln(&text, strings.TrimRight(line, " "))
	}
	fmt.Fprintln(&text, c.summary(days))
	_, err := io.WriteString(w, text.String())
	return err
}

func (d Day) times() string {
	if len(d.Times) == 0 {
		return "closed"
	}
	times := make([]string, len(d.Times))
	for i, r := range d.Times {
		times[i] = r.Start + "-" + r.End
	}
	return strings.Join(times, " ")
}

func (c *Calendar) summary(days []Day) string {
	var open time.Duration
	var count int
	for _, d := range days {
		open += d.Open
		if d.Open > 0 {
			count++
		}
	}
	return fmt.Sprintf("Open %d h %02d min on %d of %d days, time zone %s.",
		int(open.Hours()), int(open.Minutes())%60, count, len(days), c.rules.zone)
}

package progress

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendJSON appends what the tracker knows as a JSON value, which
// [Saved.UnmarshalJSON] reads; null before the first response.
func (t *Tracker) AppendJSON(b []byte) []byte {
	r := t.Report()
	if r == nil {
		return append(b, "null"...)
	}
	b = append(b, `{"at":"`...)
	b = r.At.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, '"')
	b = appendNumber(b, "outside_hours", r.OutsideHours)
	b = append(b, `,"campaigns":[`...)
	for i := range r.campaigns {
		b = append(r.campaigns[i].appendJSON(appendComma(b, i)), '}')
	}
	b = append(b, `],"absent":[`...)
	for i := range r.absent {
		a := &r.absent[i]
		b = append(appendNumber(a.appendJSON(appendComma(b, i)), "left", a.left), '}')
	}
	return append(b, "]}"...)
}

// appendJSON appends an object without its end. It is written by hand because it
// is done each minute for every campaign. The names are those of savedCampaign.
func (c *tracked) appendJSON(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, c.id)
	b = appendNumber(b, "records", c.records)
	b = appendNumber(b, "percent", c.percent)
	b = appendNumber(b, "done", c.reference.done)
	b = appendNumber(b, "size", c.reference.size)
	b = appendNumber(b, "since", c.since)
	b = appendNumber(b, "idle", c.idle)
	b = appendNumber(b, "progressed", c.progressed)
	b = appendNumber(b, "pace_records", c.pace.records)
	b = appendNumber(b, "pace_seconds", c.pace.seconds)
	b = appendNumber(b, "steps", c.pace.steps)
	b = appendNumber(b, "step_seconds", c.pace.stepSeconds)
	if c.started {
		b = append(b, `,"started":true`...)
	}
	return b
}

// appendNumber appends a member of an object; 0 is not written.
func appendNumber[N int64 | float32 | float64](b []byte, name string, value N) []byte {
	if value == 0 {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	bits := 64
	switch any(value).(type) {
	case int64:
		return strconv.AppendInt(b, int64(value), 10)
	case float32:
		bits = 32
	}
	f := float64(value)
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 { // most are, and it is quick
		return strconv.AppendInt(b, int64(f), 10)
	}
	return strconv.AppendFloat(b, f, 'g', -1, bits)
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= utf8.RuneSelf || s[i] == '"' || s[i] == '\\' {
			quoted, _ := json.Marshal(s) // a string is always valid
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendComma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

package exposition

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
)

// textEncoder encodes gauges and counters in the Prometheus or OpenMetrics text
// format, byte for byte as expfmt does and in a fraction of the time.
type textEncoder struct {
	out         []byte
	openMetrics bool
	wanted      func(name string) bool

	family *collector.Family // of the latest sample
	skip   bool              // it is not requested
	// preceding is the text before the value of each label, and before that of the
	// sample.
	preceding []string

	// latest is how the latest value was written: many campaigns in a row have the
	// same threshold, or made progress at the same moment.
	latest                 float64
	latestBegin, latestEnd int // in out
}

var _ collector.Sink = (*textEncoder)(nil)

// Sample appends a line, preceded by HELP and TYPE if it is the first of its
// family.
func (t *textEncoder) Sample(of *collector.Family, value float64, labels ...string) {
	if of != t.family {
		t.begin(of)
	}
	if t.skip {
		return
	}
	t.name(of, labels)
	t.number(value)
	t.out = append(t.out, '\n')
}

// name appends the name of a sample, with its labels.
func (t *textEncoder) name(of *collector.Family, labels []string) {
	if len(labels) == 0 {
		t.line(of.Name, " ")
		return
	}
	for i, label := range labels {
		t.out = append(t.out, t.preceding[i]...)
		t.out = appendEscaped(t.out, label, `\"`)
	}
	t.out = append(t.out, t.preceding[len(labels)]...)
}

// begin appends HELP and TYPE of a family.
func (t *textEncoder) begin(of *collector.Family) {
	t.family, t.skip = of, !t.wanted(of.Name)
	if t.skip {
		return
	}
	name, kind, special := of.Name, "gauge", `\`
	if of.Type == prometheus.CounterValue {
		kind = "counter"
	}
	if t.openMetrics {
		special = `\"`
		if of.Type == prometheus.CounterValue {
			name = strings.TrimSuffix(name, "_total") // only its samples have it there
		}
	}
	t.line("# HELP ", name, " ")
	t.out = appendEscaped(t.out, of.Help, special)
	t.line("\n# TYPE ", name, " ", kind, "\n")
	if len(of.Labels) > 0 {
		t.preceding = precedingValues(of)
	}
}

func (t *textEncoder) line(pieces ...string) {
	for _, piece := range pieces {
		t.out = append(t.out, piece...)
	}
}

// precedingValues returns what is the same in all samples of a family with
// labels.
func precedingValues(of *collector.Family) (preceding []string) {
	for i, label := range of.Labels {
		before := `",`
		if i == 0 {
			before = of.Name + "{"
		}
		preceding = append(preceding, before+label+`="`)
	}
	return append(preceding, `"} `)
}

// number appends a value.
func (t *textEncoder) number(value float64) {
	if value == t.latest && value != 0 { // 0 and -0 are equal, and differ as text
		t.out = append(t.out, t.out[t.latestBegin:t.latestEnd]...)
		return
	}
	t.latest, t.latestBegin = value, len(t.out)
	var whole bool
	if t.out, whole = appendShort(t.out, value); whole && t.openMetrics {
		t.out = append(t.out, '.', '0')
	}
	t.latestEnd = len(t.out)
}

// appendShort appends the shortest representation of a value and reports whether
// it has neither a point nor an exponent.
//
// Most values are counts, or percentages with two decimals. They are formatted
// as integers, in a fraction of the time: of the decimals that parse as a value,
// only one has 15 digits or fewer.
func appendShort(out []byte, value float64) (_ []byte, whole bool) {
	const exponent = 1e6 // from there on
	if value >= 0 && value < exponent {
		cents := int64(100*value + 0.5)
		if float64(cents)/100 == value {
			out = strconv.AppendInt(out, cents/100, 10)
			return appendCents(out, byte(cents%100)), cents%100 == 0
		}
	}
	if value >= exponent && value < 1e15 && value == math.Trunc(value) {
		return appendExponent(out, int64(value)), false
	}
	start := len(out)
	out = strconv.AppendFloat(out, value, 'g', -1, 64)
	return out, !bytes.ContainsAny(out[start:], "e.")
}

// appendExponent appends a whole number of at least 7 digits with an exponent, as
// strconv does: mostly it is a timestamp.
func appendExponent(out []byte, value int64) []byte {
	start := len(out)
	out = strconv.AppendInt(out, value, 10)
	exponent := len(out) - start - 1
	out = bytes.TrimRight(out, "0")
	if len(out) > start+1 {
		out = append(out, 0)
		copy(out[start+2:], out[start+1:])
		out[start+1] = '.'
	}
	return append(out, 'e', '+', byte('0'+exponent/10), byte('0'+exponent%10))
}

// appendCents appends hundredths, if there are any, without a trailing zero.
func appendCents(out []byte, cents byte) []byte {
	switch {
	case cents == 0:
		return out
	case cents%10 == 0:
		return append(out, '.', '0'+cents/10)
	}
	return append(out, '.', '0'+cents/10, '0'+cents%10)
}

// appendEscaped appends s with a backslash before special bytes, and \n for the
// end of a line. Nearly no ID or name has any.
func appendEscaped(out []byte, s, special string) []byte {
	if isPlain(s) {
		return append(out, s...)
	}
	done := 0
	for i := range len(s) {
		switch b := s[i]; {
		case b == '\n':
			out = append(append(out, s[done:i]...), '\\', 'n')
		case (b == '"' || b == '\\') && strings.IndexByte(special, b) >= 0:
			out = append(append(out, s[done:i]...), '\\', b)
		default:
			continue
		}
		done = i + 1
	}
	return append(out, s[done:]...)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if b := s[i]; b == '"' || b == '\\' || b == '\n' {
			return false
		}
	}
	return true
}

package exposition

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/collector"
)

// text writes gauges and counters in the text format of Prometheus or in that
// of OpenMetrics, byte for byte as expfmt does. Nearly all of a large scrape
// goes through it, in a fraction of the time.
type text struct {
	out         []byte
	openMetrics bool
	wanted      func(name string) bool

	family *collector.Family // of the samples that come now
	skip   bool              // it is not wanted
	before []string          // what stands before each label's value, and before the sample's
}

var _ collector.Sink = (*text)(nil)

// Sample appends a line, and what stands above the first one of its family.
func (t *text) Sample(of *collector.Family, value float64, labels ...string) {
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

// name writes what stands before a value.
func (t *text) name(of *collector.Family, labels []string) {
	if len(labels) == 0 {
		t.line(of.Name, " ")
		return
	}
	for i, label := range labels {
		t.out = append(t.out, t.before[i]...)
		t.out = appendEscaped(t.out, label, `\"`)
	}
	t.out = append(t.out, t.before[len(labels)]...)
}

// begin writes what stands above a family.
func (t *text) begin(of *collector.Family) {
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
		t.before = betweenValues(of)
	}
}

func (t *text) line(pieces ...string) {
	for _, piece := range pieces {
		t.out = append(t.out, piece...)
	}
}

// betweenValues returns what is the same in all samples of a family with
// labels.
func betweenValues(of *collector.Family) (between []string) {
	for i, label := range of.Labels {
		before := `",`
		if i == 0 {
			before = of.Name + "{"
		}
		between = append(between, before+label+`="`)
	}
	return append(between, `"} `)
}

// number writes a value.
func (t *text) number(value float64) {
	var whole bool
	if t.out, whole = appendShort(t.out, value); whole && t.openMetrics {
		t.out = append(t.out, '.', '0')
	}
}

// appendShort writes a value as short as can be, and reports whether that has
// neither a point nor an exponent.
//
// Most values are counts, or percentages with two decimals. They are written as
// integers, in a fraction of the time: of the decimals that are read back as a
// value, only one has 15 digits or fewer.
func appendShort(out []byte, value float64) (_ []byte, whole bool) {
	const exponent = 1e6 // from there on
	if value >= 0 && value < exponent {
		cents := int64(100*value + 0.5)
		if float64(cents)/100 == value {
			out = strconv.AppendInt(out, cents/100, 10)
			return appendCents(out, byte(cents%100)), cents%100 == 0
		}
	}
	start := len(out)
	out = strconv.AppendFloat(out, value, 'g', -1, 64)
	return out, !bytes.ContainsAny(out[start:], "e.")
}

// appendCents writes hundredths, if there are any, without a zero at the end.
func appendCents(out []byte, cents byte) []byte {
	switch {
	case cents == 0:
		return out
	case cents%10 == 0:
		return append(out, '.', '0'+cents/10)
	}
	return append(out, '.', '0'+cents/10, '0'+cents%10)
}

// appendEscaped puts a backslash before special bytes and writes n for the end
// of a line.
func appendEscaped(out []byte, s, special string) []byte {
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

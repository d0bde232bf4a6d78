package exposition

import (
	"bytes"
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
	names       []string // only these metrics; empty: all

	family *collector.Family // of the latest sample
	skip   bool              // it is not requested
	// preceding is the text before each label value, and before the sample value.
	preceding []string
}

var _ collector.Sink = (*textEncoder)(nil)

// Sample appends a line, preceded by HELP and TYPE if it is the first of its
// family.
func (t *textEncoder) Sample(of *collector.Family, value float64, labels ...string) {
	if of != t.family {
		t.family, t.skip = of, !wanted(of.Name, t.names)
		t.begin(of)
	}
	if t.skip {
		return
	}
	t.name(of, labels)
	t.out = appendNumber(t.out, value, t.openMetrics)
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
	t.preceding = nil
	for i, label := range of.Labels {
		before := `",`
		if i == 0 {
			before = of.Name + "{"
		}
		t.preceding = append(t.preceding, before+label+`="`)
	}
	t.preceding = append(t.preceding, `"} `)
}

func (t *textEncoder) line(pieces ...string) {
	for _, piece := range pieces {
		t.out = append(t.out, piece...)
	}
}

// appendNumber appends the shortest representation of a value, which most often is
// a small count. OpenMetrics requires a point or an exponent.
func appendNumber(out []byte, value float64, openMetrics bool) []byte {
	start := len(out)
	if n := int64(value); value > 0 && value < 1e6 && float64(n) == value {
		out = strconv.AppendInt(out, n, 10)
	} else {
		out = strconv.AppendFloat(out, value, 'g', -1, 64)
	}
	if openMetrics && !bytes.ContainsAny(out[start:], "e.") {
		out = append(out, ".0"...)
	}
	return out
}

// appendEscaped appends s with a backslash before special bytes, and \n for the
// end of a line. Nearly no ID or name has any.
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

package exposition

import (
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

// number writes a value. What is written without exponent and without fraction
// is most of all there is, and quicker as an integer.
func (t *text) number(value float64) {
	const exponent = 1e6 // from there on
	if whole := int64(value); value >= 0 && value < exponent && float64(whole) == value {
		t.out = strconv.AppendInt(t.out, whole, 10)
		if t.openMetrics {
			t.out = append(t.out, '.', '0')
		}
		return
	}
	start := len(t.out)
	t.out = strconv.AppendFloat(t.out, value, 'g', -1, 64)
	if t.openMetrics && !strings.ContainsAny(string(t.out[start:]), "e.") {
		t.out = append(t.out, '.', '0')
	}
}

// appendEscaped puts a backslash before special bytes and writes n for the end
// of a line.
func appendEscaped(out []byte, s, special string) []byte {
	if !strings.ContainsAny(s, "\\\"\n") {
		return append(out, s...)
	}
	for i := range len(s) {
		switch b := s[i]; {
		case b == '\n':
			out = append(out, '\\', 'n')
		case strings.IndexByte(special, b) >= 0:
			out = append(out, '\\', b)
		default:
			out = append(out, b)
		}
	}
	return out
}

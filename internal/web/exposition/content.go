package exposition

import (
	"bytes"
	"errors"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/collector"
)

// Content is the metrics of a part of a response.
type Content struct {
	Groups []*collector.Group
	Others prometheus.Gatherer // nil: none
	Names  []string            // only these metrics; empty: all
}

// append appends the content to out in a format. Metrics that cannot be gathered
// or encoded are skipped, and the error is returned.
func (c *Content) append(out []byte, format expfmt.Format, last bool) ([]byte, error) {
	kind := format.FormatType()
	gatherers := prometheus.Gatherers{}
	if c.Others != nil {
		gatherers = append(gatherers, c.Others)
	}
	var families []*dto.MetricFamily
	t := textEncoder{out: out, openMetrics: kind == expfmt.TypeOpenMetrics, wanted: c.wants}
	for _, group := range c.Groups {
		switch kind {
		case expfmt.TypeTextPlain, expfmt.TypeOpenMetrics:
			group.Render(&t)
			families = append(families, group.Histograms()...)
		default: // rarely requested
			gatherers = append(gatherers, registry(group))
		}
	}
	gathered, failed := gatherers.Gather()
	families = append(families, gathered...)
	families = slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return !c.wants(f.GetName()) })
	out, err := appendFamilies(t.out, format, families)
	if last && kind == expfmt.TypeOpenMetrics {
		out = append(out, "# EOF\n"...) // the only format with an end marker
	}
	return out, errors.Join(failed, err)
}

func registry(c prometheus.Collector) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	return r
}

// wants reports whether a metric is requested.
func (c *Content) wants(name string) bool { return len(c.Names) == 0 || slices.Contains(c.Names, name) }

// appendFamilies appends families gathered by client_golang.
func appendFamilies(out []byte, format expfmt.Format, families []*dto.MetricFamily) ([]byte, error) {
	if len(families) == 0 {
		return out, nil
	}
	encoded := bytes.NewBuffer(out)
	var failed error
	encoder := expfmt.NewEncoder(encoded, format)
	for _, family := range families {
		complete := encoded.Len()
		if err := encoder.Encode(family); err != nil {
			failed = errors.Join(failed, err)
			encoded.Truncate(complete)
		}
	}
	return encoded.Bytes(), failed
}

// Package exposition encodes metrics in the format and compression that a client
// accepts, in parts that can be cached.
package exposition

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"thulium_exporter/collector"
)

// Encoding is the format and compression of a response. It is comparable.
type Encoding struct {
	Format expfmt.Format
	Gzip   bool
}

// Negotiate returns the encoding of the response to a request with these headers.
func Negotiate(h http.Header) Encoding {
	return Encoding{
		Format: expfmt.NegotiateAccept(h, expfmt.DefaultOpenMetricsAcceptedFormats()...),
		Gzip:   acceptsGzip(strings.Join(h.Values("Accept-Encoding"), ",")),
	}
}

// acceptsGzip parses an Accept-Encoding header (RFC 9110, section 12.5.3). gzip
// takes precedence over *.
func acceptsGzip(header string) bool {
	any := false
	for element := range strings.SplitSeq(header, ",") {
		coding, parameter, _ := strings.Cut(strings.ToLower(element), ";")
		switch strings.TrimSpace(coding) {
		case "gzip":
			return isAccepted(parameter)
		case "*":
			any = isAccepted(parameter)
		}
	}
	return any
}

// isAccepted parses the weight of an element; the default is 1.
func isAccepted(parameter string) bool {
	parameter = strings.TrimSpace(parameter)
	if parameter == "" {
		return true
	}
	weight, err := strconv.ParseFloat(strings.TrimPrefix(parameter, "q="), 64)
	return err == nil && weight > 0
}

// Content is the metrics of a part of a response.
type Content struct {
	Groups   []*collector.Group
	Gatherer prometheus.Gatherer // nil: none
	Names    []string            // only these metrics; empty: all
}

// append appends the content to out in a format. Metrics that cannot be gathered
// or encoded are skipped, and the error is returned.
func (c *Content) append(out []byte, format expfmt.Format, last bool) ([]byte, error) {
	kind := format.FormatType()
	gatherers := prometheus.Gatherers{}
	if c.Gatherer != nil {
		gatherers = append(gatherers, c.Gatherer)
	}
	var families []*dto.MetricFamily
	text := textEncoder{out: out, openMetrics: kind == expfmt.TypeOpenMetrics, names: c.Names}
	for _, group := range c.Groups {
		if kind == expfmt.TypeTextPlain || kind == expfmt.TypeOpenMetrics {
			group.Render(&text)
			families = append(families, group.Histograms()...)
		} else { // rarely requested
			registry := prometheus.NewRegistry()
			registry.MustRegister(group)
			gatherers = append(gatherers, registry)
		}
	}
	gathered, failed := gatherers.Gather()
	families = append(families, gathered...)
	families = slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return !wanted(f.GetName(), c.Names) })
	out, err := appendFamilies(text.out, format, families)
	if last && kind == expfmt.TypeOpenMetrics {
		out = append(out, "# EOF\n"...) // the only format with an end marker
	}
	return out, errors.Join(failed, err)
}

// wanted reports whether a metric is requested by names.
func wanted(name string, names []string) bool { return len(names) == 0 || slices.Contains(names, name) }

// appendFamilies appends families gathered by client_golang.
func appendFamilies(out []byte, format expfmt.Format, families []*dto.MetricFamily) ([]byte, error) {
	if len(families) == 0 {
		return out, nil
	}
	encoded := bytes.NewBuffer(out)
	encoder := expfmt.NewEncoder(encoded, format)
	var failed error
	for _, family := range families {
		complete := encoded.Len()
		if err := encoder.Encode(family); err != nil {
			failed = errors.Join(failed, err)
			encoded.Truncate(complete)
		}
	}
	return encoded.Bytes(), failed
}

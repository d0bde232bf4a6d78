// Package exposition encodes metrics in the format and compression that a client
// accepts, in parts that can be cached.
package exposition

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/common/expfmt"
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

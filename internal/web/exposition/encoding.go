// Package exposition writes metrics in the encoding that a client asks for, in
// parts that can be made at different times.
package exposition

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/common/expfmt"
)

// Encoding is how a response is written. It can be a key of a map.
type Encoding struct {
	Format expfmt.Format
	Gzip   bool
}

// Negotiate chooses the encoding of a response to a request with these headers.
func Negotiate(h http.Header) Encoding {
	return Encoding{
		Format: expfmt.NegotiateAccept(h, expfmt.DefaultOpenMetricsAcceptedFormats()...),
		Gzip:   acceptsGzip(strings.Join(h.Values("Accept-Encoding"), ",")),
	}
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110, section 12.5.3). What
// it says of gzip counts more than what it says of *.
func acceptsGzip(header string) bool {
	any := false
	for element := range strings.SplitSeq(header, ",") {
		coding, parameter, _ := strings.Cut(strings.ToLower(element), ";")
		switch strings.TrimSpace(coding) {
		case "gzip":
			return isWanted(parameter)
		case "*":
			any = isWanted(parameter)
		}
	}
	return any
}

// isWanted reads the weight of an element: without one it is wanted.
func isWanted(parameter string) bool {
	parameter = strings.TrimSpace(parameter)
	if parameter == "" {
		return true
	}
	weight, err := strconv.ParseFloat(strings.TrimPrefix(parameter, "q="), 64)
	return err == nil && weight > 0
}

package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	// timeoutHeader is what Prometheus sends with its scrape_timeout.
	timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"
	// timeoutOffset is left for rendering and sending the response.
	timeoutOffset = 500 * time.Millisecond
	// minTimeout is what a request to Thulium gets whatever the scrape allows:
	// one that could not succeed would only be a burden.
	minTimeout = 500 * time.Millisecond
)

// withDeadline returns the request's context, ending in time to respond within
// the scrape's own deadline, if the request has one that is long enough.
func withDeadline(r *http.Request) (context.Context, context.CancelFunc, error) {
	header := r.Header.Get(timeoutHeader)
	if header == "" {
		return r.Context(), func() {}, nil
	}
	// The upper bound keeps the duration from overflowing; it also refuses NaN.
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0 && seconds <= 1e6) {
		return nil, nil, fmt.Errorf("the header %s needs a positive number of seconds", timeoutHeader)
	}
	timeout := time.Duration(seconds * float64(time.Second))
	ctx, cancel := context.WithTimeout(r.Context(), max(timeout-timeoutOffset, minTimeout))
	return ctx, cancel, nil
}

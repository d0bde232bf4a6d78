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
	// minTimeout is the minimum timeout of a request to Thulium, whatever the
	// scrape allows: a shorter one could not succeed.
	minTimeout = 500 * time.Millisecond
)

// withDeadline returns the context of a request, with a deadline that leaves time
// to respond within the scrape timeout, if the request has that header.
func withDeadline(r *http.Request) (context.Context, context.CancelFunc, error) {
	header := r.Header.Get(timeoutHeader)
	if header == "" {
		return r.Context(), func() {}, nil
	}
	// The upper bound keeps the duration from overflowing; it also rejects NaN.
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0 && seconds <= 1e6) {
		return nil, nil, fmt.Errorf("the header %s needs a positive number of seconds", timeoutHeader)
	}
	timeout := time.Duration(seconds * float64(time.Second))
	ctx, cancel := context.WithTimeout(r.Context(), max(timeout-timeoutOffset, minTimeout))
	return ctx, cancel, nil
}

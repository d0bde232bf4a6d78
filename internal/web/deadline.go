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
	// timeoutOffset is left for rendering and sending the answer.
	timeoutOffset = 500 * time.Millisecond
)

// withDeadline returns the request's context, ending in time to answer within
// the scrape's own deadline, if the request has one.
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
	ctx, cancel := context.WithTimeout(r.Context(), max(timeout-timeoutOffset, timeout/2))
	return ctx, cancel, nil
}

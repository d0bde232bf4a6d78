package thulium

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the maximum pause: a wrong header must not suspend requests for
// long.
const maxRetryAfter = time.Hour

// parseRetryAfter parses Retry-After (RFC 9110, section 10.2.3) as the time to
// wait from now on. A date is taken relative to the Date header, if there is one,
// since clocks may differ. It returns 0 for a date in the past and for invalid
// values.
func parseRetryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	// ParseUint returns the maximum for a number that is too large.
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(date.Sub(now), 0), maxRetryAfter)
}

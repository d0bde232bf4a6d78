package thulium

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what a server may ask for: a wrong header must not
// silence a system for good.
const maxRetryAfter = 24 * time.Hour

// parseRetryAfter reads a Retry-After header, seconds or an HTTP date (RFC
// 9110, section 10.2.3), as the time to wait from now on. It returns 0 for a
// date in the past and for everything it cannot read.
func parseRetryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	// A number too large for 64 bits is read as the largest that is not.
	if seconds, err := strconv.ParseUint(header, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	date, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(date.Sub(now), 0), maxRetryAfter)
}

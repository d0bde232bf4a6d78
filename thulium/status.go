package thulium

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// maxErrorBody is how many bytes of an error response are read.
	maxErrorBody = 64 << 10
	// maxRetryAfter is the maximum pause: a wrong header must not suspend requests
	// for long.
	maxRetryAfter = time.Hour
)

const intermediaryAdvice = "Check the configuration of the proxy or load balancer in front of Thulium"

// newStatusError returns the Error of a response outside 2xx.
func newStatusError(req *http.Request, res *http.Response) *Error {
	e := &Error{
		Result: resultOf(res.StatusCode),
		Err:    fmt.Errorf("HTTP status %d %s", res.StatusCode, http.StatusText(res.StatusCode)),
	}
	switch {
	case e.Result == Redirect:
		e.Err = fmt.Errorf("%w to %q refused", e.Err, redirectTarget(res))
	case e.Result == NotFound:
		e.Advice = fmt.Sprintf("The requested URL was %s. %s", req.URL, e.Hint())
	case res.StatusCode < 200:
		e.Err = fmt.Errorf("%w: an intermediary left HTTP, although that was not requested", e.Err)
		e.Advice = intermediaryAdvice + ", and the URL."
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusServiceUnavailable:
		e.RetryAfter = parseRetryAfter(res.Header)
	}
	e.readEnvelope(readError(res))
	e.addResponse(res)
	return e
}

// resultOf classifies an HTTP status outside 2xx.
func resultOf(status int) Result {
	switch {
	case status == 401:
		return Unauthorized
	case status == 403:
		return Forbidden
	case status == 404:
		return NotFound
	case status == 429:
		return RateLimited
	case status >= 500 && status < 600:
		return ServerError
	case status >= 400 && status < 500:
		return ClientError
	case status >= 300 && status < 400:
		return Redirect
	}
	return InvalidResponse
}

// readError returns the start of the body of an error response, if it can be
// read. Below 200 it reads nothing: the body is the raw connection, which may
// never end.
func readError(res *http.Response) []byte {
	if res.StatusCode < 200 {
		return nil
	}
	body, err := content(res.Body, res, maxErrorBody)
	if err != nil {
		return nil
	}
	text, _ := io.ReadAll(body)
	return text
}

// addResponse adds information from the header of the response.
func (e *Error) addResponse(res *http.Response) {
	e.Status = res.StatusCode
	e.RequestID = cmp.Or(e.RequestID, res.Header.Get("X-Request-Id"))
	if c := encoding(res); e.Result == InvalidResponse && c != "" && c != "gzip" && c != "identity" {
		e.Err = fmt.Errorf("the response is compressed with %s, although no compression was requested", c)
		e.Advice = intermediaryAdvice + ": it ignores Accept-Encoding."
	}
}

// redirectTarget returns the target of a redirect without its query, which may
// contain a token.
func redirectTarget(res *http.Response) string {
	location, err := res.Location()
	switch {
	case errors.Is(err, http.ErrNoLocation):
		return "nowhere"
	case err != nil:
		return "an invalid URL"
	}
	return location.Scheme + "://" + location.Host + location.Path
}

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

package thulium

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
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

// classify turns an error of the transport, or of reading a body, into an *Error.
// If the caller cancelled the request other than by a deadline, the error wraps
// context.Canceled instead.
func classify(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		if !errors.Is(context.Cause(ctx), context.DeadlineExceeded) { // a cause that is an *Error wraps nothing
			return fmt.Errorf("the request was cancelled: %w", context.Canceled)
		}
		return &Error{Result: Timeout, Err: errors.New("no complete response within the time allowed")}
	}
	if failure, ok := errors.AsType[*Error](err); ok { // the transport knows better
		return failure
	}
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		return &Error{Result: Timeout, Err: err}
	}
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) { // of a socket, or of the password file
		return &Error{
			Result: Connection, Err: err,
			Advice: "Too many files are open: find out what holds so many connections, or raise the limit (ulimit -n, LimitNOFILE).",
		}
	}
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		return &Error{
			Result: Unauthorized, Err: err,
			Advice: "Make the password and certificate files readable for the user that the exporter runs as.",
		}
	}
	if hint := tlsHint(err); hint != "" {
		return &Error{Result: TLS, Err: err, Advice: hint}
	}
	return &Error{Result: Connection, Err: err}
}

// tlsHint returns advice for an error of TLS; empty for others.
func tlsHint(err error) string {
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		op       *net.OpError
	)
	switch {
	case errors.As(err, &unknown):
		return "The certificate was issued by an untrusted authority: find out what responds in Thulium's place, or trust that authority (ca_file in tls_config of a configuration file)."
	case errors.As(err, &hostname):
		return "The certificate belongs to another host: check the host name in the URL."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate has expired or is not valid yet: check this machine's clock, then contact the operator of the server."
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "The certificate cannot be verified: contact the operator of the server."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "The server does not speak TLS on this port: check the URL and the port."
	case errors.As(err, &op) && op.Op == "remote error": // how crypto/tls marks an alert
		return "The server refused the secure connection: it may require a client certificate or another TLS version."
	}
	return ""
}

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

package thulium

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
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

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxErrorBody is how many bytes of an error response are read.
	maxErrorBody = 64 << 10
	// maxProblems is the maximum number of errors read from an envelope.
	maxProblems = 5
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
	switch network, ok := errors.AsType[net.Error](err); {
	case ok && network.Timeout():
		return &Error{Result: Timeout, Err: err}
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE): // of a socket, or of the password file
		return &Error{Result: Connection, Err: err,
			Advice: "Too many files are open: find out what holds so many connections, or raise the limit (ulimit -n, LimitNOFILE)."}
	case is[*fs.PathError](err):
		return &Error{Result: Unauthorized, Err: err,
			Advice: "Make the password and certificate files readable for the user that the exporter runs as."}
	}
	if hint := tlsHint(err); hint != "" {
		return &Error{Result: TLS, Err: err, Advice: hint}
	}
	return &Error{Result: Connection, Err: err}
}

// tlsHint returns advice for an error of TLS; empty for others.
func tlsHint(err error) string {
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	op, _ := errors.AsType[*net.OpError](err)
	switch {
	case is[x509.UnknownAuthorityError](err):
		return "The certificate was issued by an untrusted authority: find out what responds in Thulium's place, or trust that authority (ca_file in tls_config of a configuration file)."
	case is[x509.HostnameError](err):
		return "The certificate belongs to another host: check the host name in the URL."
	case invalid.Reason == x509.Expired:
		return "The certificate has expired or is not valid yet: check this machine's clock, then contact the operator of the server."
	case is[*tls.CertificateVerificationError](err):
		return "The certificate cannot be verified: contact the operator of the server."
	case is[tls.RecordHeaderError](err), errors.Is(err, http.ErrSchemeMismatch):
		return "The server does not speak TLS on this port: check the URL and the port."
	case op != nil && op.Op == "remote error": // how crypto/tls marks an alert
		return "The server refused the secure connection: it may require a client certificate or another TLS version."
	}
	return ""
}

// is reports whether an error is, or wraps, one of type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
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
	if res.StatusCode >= 200 { // below, the body is the raw connection, which may never end
		if body, err := content(res.Body, res, maxErrorBody); err == nil {
			text, _ := io.ReadAll(body) // its start, if it can be read
			e.readEnvelope(text)
		}
	}
	e.addResponse(res)
	return e
}

// resultOf classifies an HTTP status outside 2xx.
func resultOf(status int) Result {
	statuses := map[int]Result{401: Unauthorized, 403: Forbidden, 404: NotFound, 429: RateLimited}
	classes := map[int]Result{3: Redirect, 4: ClientError, 5: ServerError}
	return cmp.Or(statuses[status], classes[status/100], InvalidResponse)
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

// invalid returns the Error for what a decoder returned.
func invalid(err error) *Error {
	if reported, ok := errors.AsType[*Error](err); ok {
		return reported
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fmt.Errorf("the response is larger than %d bytes", tooLarge.Limit)
	} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the response is cut off: %w", err)
	}
	return &Error{Result: InvalidResponse, Err: err}
}

// located reduces an error of the decoder to its cause and position. Errors of the
// underlying reader are returned unchanged.
func located(err error) error {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("%w, byte %d", syntax.Err, syntax.ByteOffset)
	}
	return cmp.Or(errors.Unwrap(err), err)
}

// readEnvelope adds the errors that the API reported, and returns whether object
// is an error envelope. Fields of undocumented types are skipped, since only an
// example documents them.
func (e *Error) readEnvelope(object []byte) (found bool) {
	var envelope struct {
		RequestID scalar          `json:"request_id"`
		Errors    json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(object, &envelope) != nil || envelope.Errors == nil {
		return false
	}
	e.RequestID = string(envelope.RequestID)
	var list []json.RawMessage
	_ = json.Unmarshal(envelope.Errors, &list) // something else has no problems to show
	for _, element := range list {
		var p struct{ Message, Code scalar }
		if json.Unmarshal(element, &p) == nil && p.Message+p.Code != "" && len(e.Problems) < maxProblems {
			e.Problems = append(e.Problems, Problem{Code: string(p.Code), Message: string(p.Message)})
		}
	}
	return true
}

// scalar is a string, or a number as it was written; empty for other values.
type scalar string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scalar) UnmarshalJSON(value []byte) error {
	switch {
	case value[0] == '"':
		*s = scalar(unquote(value))
	case isNumber(value[0]):
		*s = scalar(value)
	}
	return nil
}

// firstKeys lists the first keys of an object.
func firstKeys(object jsontext.Value) string {
	dec := newDecoder(bytes.NewReader(object))
	_, _ = dec.ReadToken() // the brace; the object is known to be valid
	var names []string
	for len(names) < 5 && dec.PeekKind() == jsontext.KindString {
		name, _ := dec.ReadToken()
		names = append(names, name.String())
		_ = dec.SkipValue()
	}
	if names == nil {
		return "no keys"
	}
	return fmt.Sprintf("the keys %q", names)
}

// shape names a value by its first byte.
func shape(first byte) string {
	switch {
	case first == '{':
		return "a JSON object"
	case first == '[':
		return "a JSON array"
	case first == '"':
		return "a JSON string"
	case first == 'n':
		return "null"
	case first == 't' || first == 'f':
		return "a boolean"
	case isNumber(first):
		return "a JSON number"
	case first == '<':
		return "an HTML or XML page"
	}
	return "text that is not JSON"
}

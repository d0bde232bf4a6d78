package thulium

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Error is a failed request. Its text contains no secrets and no unprintable
// characters, and is of bounded length.
type Error struct {
	Result     Result
	CampaignID string        // the requested campaign; empty when all were
	Status     int           // the HTTP status; 0 when there was no complete response
	RequestID  string        // for the vendor's support; often empty
	Problems   []Problem     // reported by the API; often empty
	RetryAfter time.Duration // at most an hour; 0 if the response has none
	Err        error         // the cause; never nil
	Advice     string        // the hint; empty for that of the result
}

// Problem is one entry of the API's error envelope. One of its fields may be
// empty.
type Problem struct {
	Code    string
	Message string
}

// Error implements error, in one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.CampaignID != "" {
		fmt.Fprintf(&b, "campaign %s: ", Clean(e.CampaignID))
	}
	b.WriteString(Clean(e.Err.Error()))
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "; %s", p)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " [request_id %s]", e.RequestID)
	}
	return b.String()
}

// String returns the message with the code, if there is one.
func (p Problem) String() string {
	switch {
	case p.Code == "":
		return p.Message
	case p.Message == "":
		return "code " + p.Code
	}
	return fmt.Sprintf("%s (code %s)", p.Message, p.Code)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns advice for an operator, in one sentence; empty if there is none.
func (e *Error) Hint() string {
	if e.Advice != "" {
		return e.Advice
	}
	switch e.Result {
	case Unauthorized:
		return "Check the username and the password of the API user (in the Thulium panel: Administration, Users, API users)."
	case Forbidden:
		return "Grant the API user the method GET /api/outbounds/stats (in the Thulium panel: Administration, Users, API users)."
	case NotFound:
		return "Check the URL and the campaign IDs; a missing permission of the API user can also look like this."
	case RateLimited:
		return "Send fewer requests: poll in the background, or raise the poll interval."
	case ClientError:
		return "Check the URL and the campaign IDs; Thulium's support can look up the request_id."
	case ServerError:
		return "The failure is on Thulium's side; if it persists, send the request_id to Thulium's support."
	case Redirect:
		return "Use the address of the API itself as URL: redirects are not followed, since they could carry the password elsewhere."
	case Timeout:
		return "Thulium was too slow: check the network, or raise the scrape timeout and the request timeout."
	case Connection:
		return "Check the host name, DNS, proxy and firewall."
	case TLS:
		return "Check the host name and the trusted certificates."
	case InvalidResponse:
		return "Check that the URL is that of Thulium and that no proxy or login page responds in its place."
	case OK:
	}
	return ""
}

// newStatusError returns the Error of a response outside 2xx with the start of
// its body.
func newStatusError(res *http.Response, body []byte) *Error {
	e := &Error{
		Result: resultOf(res.StatusCode),
		Err:    fmt.Errorf("HTTP status %d %s", res.StatusCode, http.StatusText(res.StatusCode)),
	}
	switch {
	case e.Result == Redirect:
		e.Err = fmt.Errorf("%w to %q refused", e.Err, redirectTarget(res))
	case res.StatusCode < 200:
		e.Err = fmt.Errorf("%w: an intermediary left HTTP, although that was not requested", e.Err)
		e.Advice = "Check the configuration of the proxy or load balancer in front of Thulium, and the URL."
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusServiceUnavailable:
		e.RetryAfter = parseRetryAfter(res.Header)
	}
	if envelope, err := wholeValue(newDecoder(bytes.NewReader(body))); err == nil {
		e.readEnvelope(envelope)
	}
	e.addResponse(res)
	return e
}

// addResponse adds information from the header of the response.
func (e *Error) addResponse(res *http.Response) {
	e.Status = res.StatusCode
	e.RequestID = cmp.Or(e.RequestID, res.Header.Get("X-Request-Id"))
	if c := encoding(res); e.Result == InvalidResponse && c != "" && c != "gzip" && c != "identity" {
		e.Err = fmt.Errorf("the response is compressed with %s, although no compression was requested", c)
		e.Advice = "Check the configuration of the proxy or load balancer in front of Thulium: it ignores Accept-Encoding."
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

// maxText is the maximum length of text from outside, in runes.
const maxText = 300

// Clean makes text from outside safe for one line of a log or a page: it removes
// control and formatting characters, and truncates it to maxText runes.
func Clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > maxText {
			b.WriteRune('…')
			break
		}
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			r = ' '
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

package thulium

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Error is a failed request, with all that is worth telling an operator. What
// it says holds no secret, no unprintable character, and is of bounded length.
type Error struct {
	Result     Result
	CampaignID string        // the campaign asked for; empty when all were
	Status     int           // the HTTP status; 0 when there was no whole answer
	RequestID  string        // what the vendor's support asks for; often empty
	Problems   []Problem     // what the API itself said; often empty
	RetryAfter time.Duration // how long the server wants to be left alone; 0 if it did not say
	Err        error         // the cause; never nil
	hint       string
}

// Problem is one entry of the API's error envelope. One of its fields may be
// empty.
type Problem struct {
	Code    string
	Message string
}

// Error says what happened in one line.
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

// Hint says in one sentence what an operator can do about it.
func (e *Error) Hint() string {
	if e.hint != "" {
		return e.hint
	}
	switch e.Result {
	case Unauthorized:
		return "Check the username and the password of the API user (in the Thulium panel: Administration, Users, API users)."
	case Forbidden:
		return "Grant the API user the method GET /api/outbounds/stats (in the Thulium panel: Administration, Users, API users)."
	case NotFound:
		return "Check the URL and the campaign ids; an API user without permission may look like this too."
	case RateLimited:
		return "Ask less often: set or raise the poll interval."
	case ClientError:
		return "Check the URL and the campaign ids; Thulium's support can tell more from the request_id."
	case ServerError:
		return "Thulium itself fails; if that lasts, send its support the request_id."
	case Redirect:
		return "Use the address of the API itself as URL: redirects are not followed, since they could carry the password elsewhere."
	case Timeout:
		return "Thulium was too slow: check the network, or raise the scrape timeout and --thulium.timeout."
	case Connection:
		return "Check the host name, DNS, proxy and firewall."
	case TLS:
		return "Check the host name and the trusted certificates."
	case InvalidResponse:
		return "Check that the URL is that of Thulium and that no proxy or login page answers in its place."
	case OK:
	}
	return ""
}

// newStatusError turns an answer outside 2xx, with the start of its body, into
// an Error.
func newStatusError(res *http.Response, body []byte, now time.Time) *Error {
	e := &Error{
		Result: resultOf(res.StatusCode),
		Status: res.StatusCode,
		Err:    fmt.Errorf("HTTP status %d %s", res.StatusCode, http.StatusText(res.StatusCode)),
	}
	if e.Result == Redirect {
		e.Err = fmt.Errorf("%w to %q refused", e.Err, Clean(redirectTarget(res)))
	}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
		e.RetryAfter = parseRetryAfter(res.Header.Get("Retry-After"), now)
	}
	if envelope, err := wholeValue(newDecoder(bytes.NewReader(body))); err == nil {
		e.readEnvelope(envelope)
	}
	return e
}

// redirectTarget names where a redirect leads, without the query: that may hold
// a token.
func redirectTarget(res *http.Response) string {
	location, err := res.Location()
	if err != nil {
		return "nowhere"
	}
	return location.Scheme + "://" + location.Host + location.Path
}

// maxText bounds a text from outside, in runes.
const maxText = 300

// Clean makes a text from outside fit for one line of a log or a page: no
// control or formatting characters, and no more than maxText runes.
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

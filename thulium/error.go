package thulium

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Result is the outcome of a request. The set is closed, so that it can be a label
// value.
type Result uint8

// The results of a request.
const (
	OK              Result = iota // a successful response
	Unauthorized                  // 401, or the credentials could not be read
	Forbidden                     // 403
	NotFound                      // 404
	RateLimited                   // 429
	ClientError                   // any other 4xx
	ServerError                   // any 5xx
	Redirect                      // any 3xx; redirects are never followed
	Timeout                       // no complete response before the deadline
	Connection                    // no connection, or a broken one
	TLS                           // no secure connection
	InvalidResponse               // a response of an undocumented shape

	// NumResults is the number of results: they run from 0 to NumResults-1.
	NumResults = iota
)

// String returns the label value of the result.
func (r Result) String() string {
	label, _ := r.describe()
	return label
}

// describe returns the label value of the result, and advice for an operator.
func (r Result) describe() (label, hint string) {
	all := [NumResults]struct{ label, hint string }{
		OK:           {"ok", ""},
		Unauthorized: {"unauthorized", "Check the username and the password of the API user (in the Thulium panel: Administration, Users, API users)."},
		Forbidden:    {"forbidden", "Grant the API user the method GET /api/outbounds/stats (in the Thulium panel: Administration, Users, API users)."},
		NotFound:     {"not_found", "Check the URL and the campaign IDs; a missing permission of the API user can also look like this."},
		RateLimited:  {"rate_limited", "Send fewer requests: poll in the background, or raise the poll interval."},
		ClientError:  {"client_error", "Check the URL and the campaign IDs."},
		ServerError:  {"server_error", "The failure is on Thulium's side; if it persists, contact Thulium's support."},
		Redirect:     {"redirect", "Use the address of the API itself as URL: redirects are not followed, since they could carry the password elsewhere."},
		Timeout: {"timeout", "Thulium was too slow: check the network, or raise the request timeout " +
			"(--thulium.timeout, or timeout in a configuration file) and Prometheus' scrape_timeout."},
		Connection: {"connection", "Check the host name, DNS, proxy and firewall; if a proxy is needed, " +
			"set --thulium.proxy-from-environment, or proxy_url in a configuration file."},
		TLS:             {"tls", "Check the host name and the trusted certificates."},
		InvalidResponse: {"invalid_response", "Check that the URL is that of Thulium and that no proxy or login page responds in its place."},
	}
	if int(r) < len(all) {
		return all[r].label, all[r].hint
	}
	return "unknown", ""
}

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

// Hint returns advice for an operator, in one line; empty if there is none.
func (e *Error) Hint() string {
	_, hint := e.Result.describe()
	hint = cmp.Or(e.Advice, hint)
	if e.RequestID != "" && (e.Result == ClientError || e.Result == ServerError) {
		hint += " Thulium's support can look up the request_id."
	}
	if e.RetryAfter > 0 {
		hint += fmt.Sprintf(" Retry in %s (Retry-After).", e.RetryAfter)
	}
	return hint
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

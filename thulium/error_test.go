package thulium_test

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"thulium_exporter/thulium"
)

// TestEnvelope sends each body with a status of failure and with 200.
func TestEnvelope(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		requestID  string
		problems   []thulium.Problem
	}{
		{"documented", `{"request_id": "53678450401cf", "errors": [{"message": "Wrong format of phone number.", "code": 111111}]}`,
			"53678450401cf", []thulium.Problem{{"111111", "Wrong format of phone number."}}},
		{"several", `{"request_id":"1","errors":[{"message":"A.","code":1},{"message":"B.","code":2}]}`,
			"1", []thulium.Problem{{"1", "A."}, {"2", "B."}}},
		{"more than anyone reads", `{"errors":[{"code":1},{"code":2},{"code":3},{"code":4},{"code":5},{"code":6}]}`,
			"", []thulium.Problem{{"1", ""}, {"2", ""}, {"3", ""}, {"4", ""}, {"5", ""}}},
		{"code is a text", `{"errors":[{"message":"A.","code":"E-17"}]}`, "", []thulium.Problem{{"E-17", "A."}}},
		{"code is long", `{"errors":[{"message":"A.","code":12345678901234567890}]}`, "", []thulium.Problem{{"12345678901234567890", "A."}}},
		{"code is absent", `{"errors":[{"message":"A."}]}`, "", []thulium.Problem{{"", "A."}}},
		{"code is neither", `{"errors":[{"message":"A.","code":{"n":1}}]}`, "", []thulium.Problem{{"", "A."}}},
		{"message is a number", `{"errors":[{"message":17,"code":1}]}`, "", []thulium.Problem{{"1", "17"}}},
		{"message is null", `{"errors":[{"message":null,"code":1}]}`, "", []thulium.Problem{{"1", ""}}},
		{"request_id is a number", `{"request_id":53678450401,"errors":[]}`, "53678450401", nil},
		{"request_id is null", `{"request_id":null,"errors":[]}`, "", nil},
		{"request_id is an object", `{"request_id":{},"errors":[]}`, "", nil},
		{"errors are texts", `{"request_id":"1","errors":["A.","B."]}`, "1", nil},
		{"one error among others", `{"errors":["A.",{"message":"B.","code":2},null,{}]}`, "", []thulium.Problem{{"2", "B."}}},
		{"errors are an object", `{"request_id":"1","errors":{"id":"is wrong"}}`, "1", nil},
		{"errors are null", `{"request_id":"1","errors":null}`, "1", nil},
		{"escapes", `{"errors":[{"message":"\u0105\"\\","code":"\u0031"}]}`, "", []thulium.Problem{{"1", `ą"\`}}},
		{"control characters", "{\"errors\":[{\"message\":\"A\\u0000\\u0007\\n\\r\\tB\\u007f\\u0085C\",\"code\":1}]}",
			"", []thulium.Problem{{"1", "A     B  C"}}},
		{"escape sequences", `{"request_id":"\u001b]0;title\u0007","errors":[{"message":"\u001b[31mred\u001b[0m","code":1}]}`,
			"]0;title", []thulium.Problem{{"1", "[31mred [0m"}}},
		{"direction", `{"errors":[{"message":"\u202egpj.exe\u2066","code":1}]}`, "", []thulium.Problem{{"1", "gpj.exe"}}},
		{"separators", `{"errors":[{"message":"A\u2028B\u2029C\u00a0D","code":1}]}`, "", []thulium.Problem{{"1", "A B C D"}}},
		{"invalid UTF-8", "{\"errors\":[{\"message\":\"A\xff\xfeB\",\"code\":1}]}", "", []thulium.Problem{{"1", "A  B"}}},
		{"lone surrogate", `{"errors":[{"message":"A\ud800B","code":1}]}`, "", []thulium.Problem{{"1", "A B"}}},
		{"long", `{"errors":[{"message":"` + strings.Repeat("ą", 10_000) + `","code":1}]}`,
			"", []thulium.Problem{{"1", strings.Repeat("ą", 300) + "…"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, refused := stats(t, responding(400, tt.body))
			_, accepted := stats(t, responding(200, tt.body))
			for _, e := range []*thulium.Error{
				failure(t, refused, thulium.ClientError),
				failure(t, accepted, thulium.InvalidResponse),
			} {
				if e.RequestID != tt.requestID || !reflect.DeepEqual(e.Problems, tt.problems) {
					t.Errorf("request_id %q, problems %q; want %q, %q", e.RequestID, e.Problems, tt.requestID, tt.problems)
				}
				checkText(t, e)
			}
		})
	}
}

// checkText proves that an error fits into one line of a log.
func checkText(t testing.TB, e *thulium.Error) {
	t.Helper()
	for _, text := range []string{e.Error(), e.Hint()} {
		if n := utf8.RuneCountInString(text); n > 5000 || !utf8.ValidString(text) || !isPrintable(text) {
			t.Errorf("%d runes, not fit for a log: %q", n, text)
		}
	}
}

// TestNoEnvelope proves that nothing is made up of other bodies.
func TestNoEnvelope(t *testing.T) {
	for _, body := range []string{
		"", "oops", "<html>", "null", "[]", `"errors"`, "{}", `{"error":"A."}`, `{"request_id":"1"}`,
		`{"errors":[`, `{"errors":[{"message":"A."}]} and more`,
	} {
		_, err := stats(t, responding(500, body))
		e := failure(t, err, thulium.ServerError)
		if e.Error() != "HTTP status 500 Internal Server Error" || e.RequestID != "" || e.Problems != nil {
			t.Errorf("%q: %+v", body, e)
		}
	}
}

func TestErrorText(t *testing.T) {
	cause := errors.New("first line\nsecond line\x1b[1m")
	for _, tt := range []struct {
		err  thulium.Error
		want string
	}{
		{thulium.Error{Err: io.EOF}, "EOF"},
		{thulium.Error{Err: cause}, "first line second line [1m"},
		{thulium.Error{Err: io.EOF, CampaignID: "00001\n"}, "campaign 00001: EOF"},
		{thulium.Error{Err: io.EOF, RequestID: "53678450401cf"}, "EOF [request_id 53678450401cf]"},
		{thulium.Error{Err: io.EOF, Problems: []thulium.Problem{{"1", "A."}, {"", "B."}, {"3", ""}}},
			"EOF; A. (code 1); B.; code 3"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
		if !errors.Is(&tt.err, tt.err.Err) {
			t.Errorf("%v does not wrap its cause", &tt.err)
		}
	}
}

func TestClean(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"Zażółć gęślą jaźń 😀", "Zażółć gęślą jaźń 😀"},
		{" \t padded \n", "padded"},
		{"a\x00b", "a b"},
		{"\xff", ""},
		{"\u200b\u200e\ufeff", ""},
		{strings.Repeat("a", 300), strings.Repeat("a", 300)},
		{strings.Repeat("a", 301), strings.Repeat("a", 300) + "…"},
	} {
		if got := thulium.Clean(tt.text); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestSuccess: any status from 200 to 299 is a success, if the body is one.
func TestSuccess(t *testing.T) {
	for _, status := range []int{200, 201, 299} {
		if _, err := stats(t, responding(status, documented)); err != nil {
			t.Errorf("status %d: %v", status, err)
		}
	}
}

func TestResultOfStatus(t *testing.T) {
	for status, want := range map[int]thulium.Result{
		201: thulium.InvalidResponse, // read like 200, and empty
		204: thulium.InvalidResponse,
		300: thulium.Redirect,
		399: thulium.Redirect,
		400: thulium.ClientError,
		401: thulium.Unauthorized,
		402: thulium.ClientError,
		403: thulium.Forbidden,
		404: thulium.NotFound,
		405: thulium.ClientError,
		407: thulium.ClientError,
		429: thulium.RateLimited,
		499: thulium.ClientError,
		500: thulium.ServerError,
		503: thulium.ServerError,
		599: thulium.ServerError,
		600: thulium.InvalidResponse,
		999: thulium.InvalidResponse,
	} {
		_, err := stats(t, responding(status, ""))
		if e := failure(t, err, want); e.Status != status {
			t.Errorf("status %d, want %d", e.Status, status)
		}
	}
}

// TestWords keeps the words of the label, on which alerts depend.
func TestWords(t *testing.T) {
	words := []string{
		"ok", "unauthorized", "forbidden", "not_found", "rate_limited", "client_error", "server_error",
		"redirect", "timeout", "connection", "tls", "invalid_response",
	}
	if len(words) != thulium.NumResults {
		t.Fatalf("%d results, want %d", thulium.NumResults, len(words))
	}
	for i, want := range append(words, "unknown") {
		if got := thulium.Result(i).String(); got != want {
			t.Errorf("result %d is %q, want %q", i, got, want)
		}
	}
}

// TestHints: there is one for every failure. One that names a flag names the key, too:
// systems in a configuration file have no flags.
func TestHints(t *testing.T) {
	seen := map[string]thulium.Result{}
	for r := thulium.OK + 1; r < thulium.NumResults; r++ {
		hint := (&thulium.Error{Result: r}).Hint()
		if other, ok := seen[hint]; ok || hint == "" {
			t.Errorf("%v has the hint %q, as has %v", r, hint, other)
		}
		if strings.Contains(hint, "--") && !strings.Contains(hint, "in a configuration file") {
			t.Errorf("the hint of %v names only a flag: %q", r, hint)
		}
		seen[hint] = r
	}
	if hint := (&thulium.Error{}).Hint(); hint != "" {
		t.Errorf("a successful response has the hint %q", hint)
	}
}

// TestAdvice: what a response says is in the hint, and nothing that it does not say.
func TestAdvice(t *testing.T) {
	const support = " Thulium's support can look up the request_id."
	for _, tt := range []struct {
		status int
		header []string
		want   string
	}{
		{404, nil, "The requested URL was https://acme.test/api/outbounds/stats?id=00001. Check the URL and the campaign IDs; " +
			"a missing permission of the API user can also look like this."},
		{429, nil, "Send fewer requests: poll in the background, or raise the poll interval."},
		{429, []string{"Retry-After", "90"}, "Send fewer requests: poll in the background, or raise the poll interval. Retry in 1m30s (Retry-After)."},
		{503, []string{"Retry-After", "1"}, "The failure is on Thulium's side; if it persists, contact Thulium's support. Retry in 1s (Retry-After)."},
		{500, nil, "The failure is on Thulium's side; if it persists, contact Thulium's support."},
		{500, []string{"X-Request-Id", "17"}, "The failure is on Thulium's side; if it persists, contact Thulium's support." + support},
		{400, nil, "Check the URL and the campaign IDs."},
		{400, []string{"X-Request-Id", "17"}, "Check the URL and the campaign IDs." + support},
		{401, []string{"X-Request-Id", "17"}, "Check the username and the password of the API user (in the Thulium panel: Administration, Users, API users)."},
	} {
		_, err := stats(t, responding(tt.status, "", tt.header...), "00001")
		if failure, ok := errors.AsType[*thulium.Error](err); !ok || failure.Hint() != tt.want {
			t.Errorf("%d %q: %v, hint %q, want %q", tt.status, tt.header, err, failure.Hint(), tt.want)
		}
	}
}

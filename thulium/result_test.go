package thulium_test

import (
	"strings"
	"testing"

	"thulium_exporter/thulium"
)

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

// TestHints proves that there is one for every failure, and that none names a flag:
// there are systems without flags, in a configuration file.
func TestHints(t *testing.T) {
	seen := map[string]thulium.Result{}
	for r := thulium.OK + 1; r < thulium.NumResults; r++ {
		hint := (&thulium.Error{Result: r}).Hint()
		if other, ok := seen[hint]; ok || hint == "" {
			t.Errorf("%v has the hint %q, as has %v", r, hint, other)
		}
		if strings.Contains(hint, "--") {
			t.Errorf("the hint of %v names a flag: %q", r, hint)
		}
		seen[hint] = r
	}
	if hint := (&thulium.Error{}).Hint(); hint != "" {
		t.Errorf("a successful response has the hint %q", hint)
	}
}

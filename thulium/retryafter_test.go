package thulium_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
)

// retryAfter returns what a client makes of the header.
func retryAfter(t testing.TB, status int, header string) time.Duration {
	t.Helper()
	_, err := stats(t, responding(status, "", "Retry-After", header))
	var e *thulium.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	return e.RetryAfter
}

func TestRetryAfter(t *testing.T) {
	const hour = time.Hour
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC() // midnight, as every bubble
		for _, tt := range []struct {
			header string
			want   time.Duration
		}{
			{"", 0},
			{"0", 0},
			{"30", 30 * time.Second},
			{" 30 ", 30 * time.Second},
			{"0030", 30 * time.Second},
			{"3600", hour},
			{"3601", hour},
			{"9999999999", hour},
			{"18446744073709551615", hour},
			{strings.Repeat("9", 1000), hour},
			{"-1", 0},
			{"+1", 0},
			{"1.5", 0},
			{"1e3", 0},
			{"0x10", 0},
			{"1_000", 0},
			{"30s", 0},
			{"30, 60", 0},
			{"soon", 0},
			{now.Add(time.Minute).Format(http.TimeFormat), time.Minute},
			{now.Add(time.Minute).Format(time.RFC850), time.Minute},
			{now.Add(time.Minute).Format(time.ANSIC), time.Minute},
			{now.Add(-time.Minute).Format(http.TimeFormat), 0},
			{now.Add(48 * time.Hour).Format(http.TimeFormat), hour},
			{"Fri, 31 Dec 9999 23:59:59 GMT", hour},
			{"Mon, 01 Jan 0001 00:00:00 GMT", 0},
			{now.Format(time.RFC3339), 0},
		} {
			if got := retryAfter(t, 429, tt.header); got != tt.want {
				t.Errorf("%q: %v, want %v", tt.header, got, tt.want)
			}
		}
	})
}

// TestRetryAfterDate proves that a date is relative to the clock of the server.
func TestRetryAfterDate(t *testing.T) {
	rt := responding(503, "", "Date", "Tue, 29 Feb 2028 23:00:00 GMT", "Retry-After", "Tue, 29 Feb 2028 23:01:30 GMT")
	_, err := stats(t, rt)
	if e := failure(t, err, thulium.ServerError); e.RetryAfter != 90*time.Second {
		t.Errorf("%v, want 90s", e.RetryAfter)
	}
}

// TestRetryAfterStatus proves that only those responses can ask for a pause for
// which it says how long the server cannot serve.
func TestRetryAfterStatus(t *testing.T) {
	for status, want := range map[int]time.Duration{
		429: time.Minute, 503: time.Minute, 302: 0, 403: 0, 500: 0, 502: 0, 504: 0,
	} {
		if got := retryAfter(t, status, "60"); got != want {
			t.Errorf("status %d: %v, want %v", status, got, want)
		}
	}
}

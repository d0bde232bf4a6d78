package thulium_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
)

// TestRedirects proves that none is followed, and so that no other host ever
// sees the credentials.
func TestRedirects(t *testing.T) {
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(other.URL+"/login?token=secret", status))
		rt := basicAuth{"exporter", "secret", server.Client().Transport}
		_, err := client(t, server.URL, rt, thulium.Options{}).Stats(t.Context())
		server.Close()
		e := failure(t, err, thulium.Redirect)
		if e.Status != status || !strings.HasSuffix(e.Error(), ` to "`+other.URL+`/login" refused`) {
			t.Errorf("status %d, error %q; want %d and the address without its query", e.Status, e, status)
		}
	}
	if asked != 0 {
		t.Errorf("%d redirects followed", asked)
	}
}

func TestRedirectTarget(t *testing.T) {
	for _, tt := range []struct {
		status         int
		location, want string
	}{
		{302, "/login", `HTTP status 302 Found to "https://acme.test/login" refused`},
		{302, "https://user:password@other.test/", `HTTP status 302 Found to "https://other.test/" refused`},
		{302, "", `HTTP status 302 Found to "nowhere" refused`},
		{302, "http://[::1/login", `HTTP status 302 Found to "an invalid URL" refused`},
		{300, "https://other.test/", `HTTP status 300 Multiple Choices to "https://other.test/" refused`},
		{304, "", `HTTP status 304 Not Modified to "nowhere" refused`},
	} {
		_, err := stats(t, responding(tt.status, "", "Location", tt.location))
		if e := failure(t, err, thulium.Redirect); e.Error() != tt.want {
			t.Errorf("%d to %q: %q, want %q", tt.status, tt.location, e, tt.want)
		}
	}
}

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

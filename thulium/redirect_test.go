package thulium_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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

package thulium_test

import (
	"strings"
	"testing"

	"thulium_exporter/thulium"
)

func TestParseURL(t *testing.T) {
	const (
		notURL      = "this is not a URL"
		incomplete  = "the URL needs a scheme and a host"
		credentials = "credentials in the URL are not supported"
		tooLong     = "the URL must end after its path"
		unencrypted = "http would send the password unencrypted"
	)
	for _, tt := range []struct {
		url       string
		allowHTTP bool
		want      string
		says      string // the start of the error
	}{
		{"https://acme.thulium.com", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/api", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/api//", false, "https://acme.thulium.com", ""},
		{" https://acme.thulium.com\n", false, "https://acme.thulium.com", ""},
		{"HTTPS://acme.thulium.com", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com:8443/eu/api", false, "https://acme.thulium.com:8443/eu", ""},
		{"https://acme.thulium.com/myapi", false, "https://acme.thulium.com/myapi", ""},
		{"https://acme.thulium.com/a%2Fb/api", false, "https://acme.thulium.com/a%2Fb", ""},
		{"https://acme.thulium.com/%C4%85", false, "https://acme.thulium.com/%C4%85", ""},
		{"https://[2001:db8::1]:8443", false, "https://[2001:db8::1]:8443", ""},
		{"https://acme.thulium.com:/api", false, "https://acme.thulium.com", ""},
		{"http://localhost:8080", false, "http://localhost:8080", ""},
		{"http://LOCALHOST", false, "http://LOCALHOST", ""},
		{"http://127.0.0.1:8080/api", false, "http://127.0.0.1:8080", ""},
		{"http://127.9.9.9", false, "http://127.9.9.9", ""},
		{"http://[::1]:8080", false, "http://[::1]:8080", ""},
		{"http://acme.thulium.com", true, "http://acme.thulium.com", ""},

		{"http://acme.thulium.com", false, "", unencrypted},
		{"http://localhost.acme.test", false, "", unencrypted},
		{"http://127.0.0.1.acme.test", false, "", unencrypted},
		{"http://0.0.0.0", false, "", unencrypted},
		{"", false, "", incomplete},
		{"acme.thulium.com", false, "", incomplete},
		{"acme.thulium.com:443", false, "", incomplete},
		{"//acme.thulium.com", false, "", incomplete},
		{"https://", false, "", incomplete},
		{"https://:8443", false, "", incomplete},
		{"https:acme.thulium.com", false, "", incomplete},
		{"ftp://acme.thulium.com", true, "", incomplete},
		{"https://acme.thulium.com/?id=00001", false, "", tooLong},
		{"https://acme.thulium.com?", false, "", tooLong},
		{"https://acme.thulium.com/#top", false, "", tooLong},
		{"https://acme.thulium.com:port", false, "", notURL},
		{"https://acme thulium.com", false, "", notURL},
		{"https://[::1", false, "", notURL},
		{"https://acme.thulium.com/%zz", false, "", notURL},
		{"https://acme.thulium.com/\x1b", false, "", notURL},
		{"https://exporter:" + password + "@acme.thulium.com", false, "", credentials},
		{"https://exporter@acme.thulium.com", false, "", credentials},
		{"http://exporter:" + password + "@acme.thulium.com", false, "", credentials},
		{"https://exporter:" + password + "%@acme.thulium.com", false, "", notURL},
		{"https://exporter:" + password + "/@acme.thulium.com", false, "", notURL},
		{"exporter:" + password + "@acme.thulium.com", false, "", incomplete},
		{"http://" + password, false, "", unencrypted},
	} {
		t.Run(tt.url, func(t *testing.T) {
			got, err := thulium.ParseURL(tt.url, tt.allowHTTP)
			if tt.says != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.says) || strings.Contains(err.Error(), password) {
					t.Errorf("got %v, error %v; want %q", got, err, tt.says)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("got %v, error %v; want %s", got, err, tt.want)
			}
		})
	}
}

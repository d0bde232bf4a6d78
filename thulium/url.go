package thulium

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// ErrCredentials is the error of a URL that contains credentials.
var ErrCredentials = errors.New("credentials in the URL are not supported; configure the username and the password file")

// ErrPlainHTTP is the error of an http URL where that is not allowed.
var ErrPlainHTTP = errors.New("http would send the password unencrypted; use https, or allow http")

// ParseURL parses the address of a Thulium system as people write it,
// https://acme.thulium.com with or without /api or the path of the endpoint,
// and returns its base without these and without a trailing slash.
//
// http would send the password in plain text and is rejected unless allowHTTP is
// set or the host is a loopback address. Errors never quote the input, which may
// contain credentials.
func ParseURL(s string, allowHTTP bool) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return nil, errors.New("this is not a URL; write it like https://acme.thulium.com")
	}
	if u.User != nil {
		return nil, ErrCredentials
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return nil, errors.New("the URL needs a scheme and a host; write it like https://acme.thulium.com")
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("the URL must end after its path; write it like https://acme.thulium.com")
	}
	if u.Scheme == "http" && !allowHTTP && !loopback(u.Hostname()) {
		return nil, ErrPlainHTTP
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	for _, suffix := range []string{statsPath, "/api"} {
		path = strings.TrimRight(strings.TrimSuffix(path, suffix), "/")
	}
	base := &url.URL{Scheme: u.Scheme, Host: strings.TrimSuffix(u.Host, ":")}
	return base.JoinPath(path), nil
}

// loopback reports whether host is a loopback address or localhost.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

package web

import (
	"net/http"
	"net/url"
	"strings"
)

// external is where clients reach the exporter.
type external struct {
	scheme, host string
	prefix       string // of all paths, without a slash at the end
}

// newExternal returns the external address of a URL; nil: that of each request.
func newExternal(u *url.URL) external {
	if u == nil {
		return external{}
	}
	return external{u.Scheme, u.Host, strings.TrimRight(u.Path, "/")}
}

// of returns where the client of a request reaches the exporter.
func (e external) of(r *http.Request) external {
	switch {
	case e.host != "":
		return e
	case r.TLS != nil:
		return external{scheme: "https", host: r.Host}
	}
	return external{scheme: "http", host: r.Host}
}

// handler also serves all paths below the prefix, since not every proxy strips it.
// The prefix itself redirects to the page, whose links are relative.
func (e external) handler(next http.Handler) http.Handler {
	if e.prefix == "" {
		return next
	}
	below := http.StripPrefix(e.prefix, next)
	page := http.RedirectHandler(e.scheme+"://"+e.host+e.prefix+"/", http.StatusFound)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch rest, ok := strings.CutPrefix(r.URL.Path, e.prefix); {
		case ok && rest == "":
			page.ServeHTTP(w, r)
		case ok && rest[0] == '/':
			below.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

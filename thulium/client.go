// Package thulium reads the statistics of outbound campaigns from the REST API
// of a Thulium contact centre. It knows HTTP and JSON and nothing of metrics.
//
// The vendor documents the endpoint, but not every response. The package does not
// guess: an invalid entry is rejected and counted, and a response of another shape
// is an [Error] that describes it.
package thulium

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// statsPath is the endpoint, relative to the base URL.
	statsPath = "/api/outbounds/stats"
	// defaultMaxBody is more than a response with all 100,000 five-digit IDs, at
	// about 70 bytes per campaign.
	defaultMaxBody = 8 << 20
	// idRequests limits the concurrent requests for single campaigns.
	idRequests = 4
)

// Client sends requests to one Thulium system. It is safe for concurrent use.
type Client struct {
	transport http.RoundTripper
	base      string
	options   Options
	size      atomic.Int64 // campaigns of the latest response, which the next resembles
}

// Options are the settings of a Client; the zero value is usable.
type Options struct {
	// CampaignIDs limits the response to these campaigns, with one request each. No
	// ID is listed twice.
	CampaignIDs []string
	// UserAgent is sent with each request when it is not empty.
	UserAgent string
	// MaxBody limits a response in bytes, compressed or not; 0 means 8 MiB.
	MaxBody int64
	// Observe, when set, is called with the context, the result and the duration
	// of each request that was not cancelled. It must be safe for concurrent use.
	Observe func(ctx context.Context, result Result, took time.Duration)
	// Secrets are masked in text from outside, besides what the header of a request
	// carries: those of a proxy.
	Secrets []string
}

// New returns a client of the system at base, a URL from ParseURL. Requests go
// through transport, which adds the credentials and therefore must not follow
// redirects: they could carry the credentials elsewhere.
func New(base *url.URL, transport http.RoundTripper, options Options) *Client {
	if options.MaxBody == 0 {
		options.MaxBody = defaultMaxBody
	}
	if options.Observe == nil {
		options.Observe = func(context.Context, Result, time.Duration) {}
	}
	return &Client{transport: transport, base: base.String(), options: options}
}

// Stats requests the statistics of the active campaigns. It returns an *Error
// when the request failed, and an error wrapping context.Canceled when ctx was
// cancelled for another reason than a deadline. There is no partial result:
// with several campaign IDs, one that fails fails them all.
func (c *Client) Stats(ctx context.Context) (*Stats, error) {
	ids := c.options.CampaignIDs
	if len(ids) == 0 {
		return c.stats(ctx, "")
	}
	responses := make([]*Stats, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(idRequests)
	for i, id := range ids {
		group.Go(func() error {
			if ctx.Err() != nil {
				return classify(ctx, ctx.Err()) // not sent, so nothing to observe
			}
			stats, err := c.stats(ctx, id)
			responses[i] = stats
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return merge(responses), nil
}

// stats makes one request, for one campaign or, with an empty ID, for all.
func (c *Client) stats(ctx context.Context, id string) (*Stats, error) {
	path := statsPath
	if id != "" {
		path += "?" + url.Values{"id": {id}}.Encode()
	}
	stats := &Stats{Campaigns: make([]Campaign, 0, c.size.Load())}
	err := c.get(ctx, path, func(body io.Reader, m *mask) error { return stats.decode(body, id, m) })
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.CampaignID = id
	}
	if err != nil {
		return nil, err
	}
	c.size.Store(int64(len(stats.Campaigns)))
	return stats, nil
}

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
		return nil, errors.New("credentials in the URL are not supported; configure the username and the password file")
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

// Package thulium reads the statistics of outbound campaigns from the REST API
// of a Thulium contact centre. It knows HTTP and JSON and nothing of metrics.
//
// The vendor documents the endpoint, but not every response. The package does not
// guess: an invalid entry is rejected and counted, and a response of another shape
// is an [Error] that describes it.
package thulium

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// statsPath is the endpoint, relative to the base URL.
	statsPath = "/api/outbounds/stats"
	// maxBody limits a response in bytes, compressed or not. It is more than one with
	// all 100,000 five-digit IDs, at about 70 bytes per campaign.
	maxBody = 8 << 20
	// idRequests limits the concurrent requests for single campaigns.
	idRequests = 4
)

// Client sends requests to one Thulium system. It is safe for concurrent use.
type Client struct {
	transport http.RoundTripper
	base      string
	options   Options

	seed   maphash.Seed
	mu     sync.Mutex
	logins map[Agent]string
}

// Options are the settings of a Client; the zero value is usable.
type Options struct {
	// CampaignIDs limits the response to these campaigns, with one request each. No
	// ID is listed twice.
	CampaignIDs []string
	// UserAgent is sent with each request when it is not empty.
	UserAgent string
	// Observe, when set, is called with the result and the duration of each request
	// that its context did not end. It must be safe for concurrent use.
	Observe func(result Result, took time.Duration)
	// Secrets are masked in text from outside, besides what the header of a request
	// carries: those of a proxy.
	Secrets []string
}

// New returns a client of the system at base, a URL from ParseURL. Requests go
// through transport, which adds the credentials and therefore must not follow
// redirects: they could carry the credentials elsewhere.
func New(base *url.URL, transport http.RoundTripper, options Options) *Client {
	if options.Observe == nil {
		options.Observe = func(Result, time.Duration) {}
	}
	return &Client{transport: transport, base: base.String(), options: options, seed: maphash.MakeSeed(), logins: make(map[Agent]string)}
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
	stats := &Stats{}
	err := c.get(ctx, path, func(body io.Reader, m *mask) error { return stats.decode(body, id, m) })
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.CampaignID = id
	}
	if err != nil {
		return nil, err
	}
	return stats, nil
}

// decoder reads the body of a successful response. Whatever it shows of the body
// must go through the mask. An error that it returns becomes an *Error with the
// result InvalidResponse.
type decoder func(body io.Reader, m *mask) error

// get sends a GET request for path, which may have a query, and decodes the
// response. It returns what Stats returns.
func (c *Client) get(ctx context.Context, path string, decode decoder) error {
	start := time.Now()
	err := c.exchange(ctx, path, decode)
	took := time.Since(start)
	failure, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		c.options.Observe(OK, took)
	case ok && (failure.Result != Timeout || ctx.Err() == nil):
		c.options.Observe(failure.Result, took)
	}
	return err
}

func (c *Client) exchange(ctx context.Context, path string, decode decoder) error {
	m := newMask(c.options.Secrets)
	req, err := c.request(httptrace.WithClientTrace(ctx, m.trace()), path)
	if err != nil {
		return &Error{Result: Connection, Err: err}
	}
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return m.error(classify(ctx, err))
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return m.error(newStatusError(req, res))
	}
	return m.error(c.read(ctx, res, func(body io.Reader) error { return decode(body, m) }))
}

func (c *Client) request(ctx context.Context, path string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	// Decompressing takes longer than receiving the text; see docs/performance.md.
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", c.options.UserAgent)
	return req, nil
}

// read decodes the body of a successful response. A body that ends because the
// connection broke, or because time was up, is not reported as broken JSON,
// although the decoder sees much the same.
func (c *Client) read(ctx context.Context, res *http.Response, decode func(io.Reader) error) error {
	wire := &stoppable{r: res.Body, stopped: ctx.Err}
	body, err := content(wire, res, maxBody)
	if err == nil {
		// Decoding the output of a small zip bomb takes long, too.
		err = decode(&stoppable{r: body, stopped: ctx.Err})
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return classify(ctx, ctx.Err())
	case wire.err != nil:
		return classify(ctx, wire.err)
	}
	failure := invalid(err)
	failure.addResponse(res)
	return failure
}

// content returns what a body holds, of which no more than limit bytes can be read,
// compressed or decompressed. Some proxies compress although that was not requested.
func content(wire io.Reader, res *http.Response, limit int64) (io.Reader, error) {
	body := limited(wire, limit)
	if encoding(res) != "gzip" {
		return body, nil
	}
	unzipped, err := gzip.NewReader(body)
	if err != nil {
		return nil, fmt.Errorf("broken compression: %w", err)
	}
	return limited(unzipped, limit), nil
}

func encoding(res *http.Response) string { return strings.ToLower(res.Header.Get("Content-Encoding")) }

// limited fails with an *http.MaxBytesError behind the limit, where an
// io.LimitReader would make the body look complete.
func limited(r io.Reader, limit int64) io.Reader {
	return http.MaxBytesReader(nil, io.NopCloser(r), limit)
}

// stoppable reads until stopped returns an error, and remembers why it ended if
// that was not the end of the body.
type stoppable struct {
	r       io.Reader
	stopped func() error
	err     error
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.stopped(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

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

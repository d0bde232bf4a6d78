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
	"encoding/base64"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
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
	stats, start := &Stats{}, time.Now()
	err := c.exchange(ctx, path, func(body io.Reader, m *mask) error { return stats.decode(body, id, m) })
	took := time.Since(start)
	if err == nil {
		c.options.Observe(OK, took)
		return stats, nil
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.CampaignID = id
		if failure.Result != Timeout || ctx.Err() == nil {
			c.options.Observe(failure.Result, took)
		}
	}
	return nil, err
}

// exchange sends a GET request for path, which may have a query, and returns what
// Stats returns. It has decode read the body of a successful response: what that shows
// of the body must go through the mask, and its error becomes an InvalidResponse.
func (c *Client) exchange(ctx context.Context, path string, decode func(io.Reader, *mask) error) error {
	m := &mask{secrets: slices.Clip(c.options.Secrets)}
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaderField: m.addHeader})
	req, err := http.NewRequestWithContext(traced, http.MethodGet, c.base+path, nil)
	if err != nil {
		return &Error{Result: Connection, Err: err}
	}
	req.Header.Set("Accept", "application/json")
	// Decompressing takes longer than receiving the text; see docs/performance.md.
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", c.options.UserAgent)
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return m.error(classify(ctx, err))
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return m.error(newStatusError(req, res))
	}
	return m.error(read(ctx, res, func(body io.Reader) error { return decode(body, m) }))
}

// read decodes the body of a successful response. A body that ends because the
// connection broke, or because time was up, is not reported as broken JSON,
// although the decoder sees much the same.
func read(ctx context.Context, res *http.Response, decode func(io.Reader) error) error {
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

// minSecret is the minimum length in bytes of a secret that is masked: shorter ones
// are part of many words.
const minSecret = 4

// mask replaces secrets in text from outside, which may echo the request: what
// the header of the request carried, by whichever transport added it, and the secrets
// of the options.
type mask struct {
	mu       sync.Mutex
	secrets  []string
	replacer *strings.Replacer // nil until it is needed: most responses do not need it
}

// addHeader is called with what is sent.
func (m *mask) addHeader(name string, values []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch name {
	case "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection":
	case "Authorization", "Proxy-Authorization":
		for _, value := range values {
			_, token, _ := strings.Cut(value, " ")
			_, password, _ := (&http.Request{Header: http.Header{"Authorization": {value}}}).BasicAuth()
			m.secrets = append(m.secrets, token, password)
		}
	default:
		m.secrets = append(m.secrets, values...)
	}
}

// hide returns a text without secrets.
func (m *mask) hide(text string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.replacer == nil { // the request has been sent
		m.replacer = newReplacer(m.secrets)
	}
	return m.replacer.Replace(text)
}

func newReplacer(secrets []string) *strings.Replacer {
	var forms []string
	for _, s := range secrets {
		if len(s) >= minSecret {
			quoted := strconv.Quote(s)
			forms = append(forms, s, quoted[1:len(quoted)-1], url.QueryEscape(s), url.PathEscape(s),
				base64.StdEncoding.EncodeToString([]byte(s)))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // the longest match first
	var pairs []string
	for _, form := range forms {
		pairs = append(pairs, form, "<secret>")
	}
	return strings.NewReplacer(pairs...)
}

// show returns a text from outside without secrets, cleaned for a log.
func (m *mask) show(text string) string { return Clean(m.hide(text)) }

// id returns an ID without secrets. One of digits only is returned unchanged, as
// real IDs are.
func (m *mask) id(id string) string {
	if strings.Trim(id, digits) == "" {
		return id
	}
	return m.hide(id)
}

// error masks the text from outside in an *Error, and returns it.
func (m *mask) error(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	e.RequestID = m.show(e.RequestID)
	for i, p := range e.Problems {
		e.Problems[i] = Problem{Code: m.show(p.Code), Message: m.show(p.Message)}
	}
	e.Problems = slices.DeleteFunc(e.Problems, func(p Problem) bool { return p == Problem{} })
	e.Err = errors.New(m.show(e.Err.Error())) // without its cause, whose own text may hold secrets
	return err
}

package thulium

import (
	"context"
	"errors"
	"net/http"
	"net/url"
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
	// maxErrorBody is how many bytes of an error response are read.
	maxErrorBody = 64 << 10
	// idRequests limits the concurrent requests for single campaigns.
	idRequests = 4
)

// Client sends requests to one Thulium system. It is safe for concurrent use.
type Client struct {
	transport http.RoundTripper
	endpoint  string
	options   Options
	latest    atomic.Pointer[Stats] // of all campaigns: the next response resembles it
}

// Options are the settings of a Client; the zero value is usable.
type Options struct {
	// CampaignIDs limits the response to these campaigns, with one request each.
	CampaignIDs []string
	// UserAgent is sent with each request when it is not empty.
	UserAgent string
	// MaxBody limits a response in bytes, compressed or not; 0 means 8 MiB.
	MaxBody int64
	// Observe, when set, is called with the context, the result and the duration
	// of each request that was not cancelled. It must be safe for concurrent use.
	Observe func(ctx context.Context, result Result, took time.Duration)
	// Secrets, when set, returns secrets to mask in text from the response, besides
	// the credentials of the request. It must be safe for concurrent use.
	Secrets func() []string
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
	return &Client{transport: transport, endpoint: base.String() + statsPath, options: options}
}

// Stats requests the statistics of the active campaigns. It returns an *Error
// when the request failed, and an error wrapping context.Canceled when ctx was
// cancelled for another reason than a deadline. There is no partial result:
// with several campaign IDs, one that fails fails them all.
func (c *Client) Stats(ctx context.Context) (*Stats, error) {
	ids := c.options.CampaignIDs
	if len(ids) == 0 {
		return c.get(ctx, "")
	}
	responses := make([]*Stats, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(idRequests)
	for i, id := range ids {
		group.Go(func() error {
			if ctx.Err() != nil {
				return classify(ctx, ctx.Err()) // not sent, so nothing to observe
			}
			stats, err := c.get(ctx, id)
			responses[i] = stats
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return merge(responses), nil
}

// get makes one request, for one campaign or, with an empty ID, for all.
func (c *Client) get(ctx context.Context, id string) (*Stats, error) {
	start := time.Now()
	stats, err := c.exchange(ctx, id)
	took := time.Since(start)
	var failure *Error
	switch {
	case err == nil:
		c.options.Observe(ctx, OK, took)
	case errors.As(err, &failure):
		failure.CampaignID = id
		c.options.Observe(ctx, failure.Result, took)
	}
	return stats, err
}

func (c *Client) exchange(ctx context.Context, id string) (*Stats, error) {
	req, err := c.request(ctx, id)
	if err != nil {
		return nil, err
	}
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, c.maskFor(nil).error(classify(ctx, err))
	}
	defer res.Body.Close()
	m := c.maskFor(res)
	stats, err := c.receive(ctx, res, id, m)
	if err != nil {
		return nil, m.error(err)
	}
	if reason := stats.FirstRejection; reason != nil {
		stats.FirstRejection = errors.New(m.show(reason.Error()))
	}
	return stats, nil
}

// receive turns a response into Stats or an error.
func (c *Client) receive(ctx context.Context, res *http.Response, id string, m mask) (*Stats, error) {
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, newStatusError(res, readError(res))
	}
	stats, err := c.read(ctx, res, id != "", m)
	switch {
	case err != nil:
		return nil, err
	case id != "":
		stats.keep(id)
	default:
		c.latest.Store(stats)
	}
	return stats, nil
}

func (c *Client) request(ctx context.Context, id string) (*http.Request, error) {
	target := c.endpoint
	if id != "" {
		target += "?" + url.Values{"id": {id}}.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, &Error{Result: Connection, Err: err}
	}
	req.Header.Set("Accept", "application/json")
	// Decompressing takes longer than receiving the text; see docs/performance.md.
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", c.options.UserAgent)
	return req, nil
}

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
	// statsPath is the one endpoint this package reads, below the base URL.
	statsPath = "/api/outbounds/stats"
	// defaultMaxBody is far above any real answer: a campaign takes about 70
	// bytes.
	defaultMaxBody = 64 << 20
	// maxErrorBody is how much of a failed answer is looked at.
	maxErrorBody = 64 << 10
	// idRequests is how many campaigns are asked for at the same time.
	idRequests = 4
)

// Client asks one Thulium system. It is safe for concurrent use.
type Client struct {
	http     *http.Client
	endpoint string
	options  Options
	newest   atomic.Pointer[Stats] // to a request for all campaigns: the next will be much the same
}

// Options are the settings of a Client; the zero value is usable.
type Options struct {
	// CampaignIDs limits the answer to these campaigns, with one request each.
	CampaignIDs []string
	// UserAgent is sent with each request when it is not empty.
	UserAgent string
	// MaxBody limits an answer in bytes, compressed or not; 0 means 64 MiB.
	MaxBody int64
	// Observe, when set, is called with the context of each request, how it
	// ended and how long it took. Requests that were cancelled are skipped. It
	// must be safe for concurrent use.
	Observe func(ctx context.Context, result Result, took time.Duration)
}

// New returns a client of the system at base, a URL from ParseURL. Requests go
// through hc, which adds the credentials; hc itself is not changed, and none of
// its redirects are followed.
func New(base *url.URL, hc *http.Client, options Options) *Client {
	own := *hc
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if options.MaxBody == 0 {
		options.MaxBody = defaultMaxBody
	}
	if options.Observe == nil {
		options.Observe = func(context.Context, Result, time.Duration) {}
	}
	return &Client{http: &own, endpoint: base.String() + statsPath, options: options}
}

// Stats asks for the statistics of the active campaigns. It returns an *Error
// when the request failed, and an error wrapping context.Canceled when ctx was
// cancelled for another reason than a deadline. There is no partial answer:
// with several campaign ids, one that fails fails them all.
func (c *Client) Stats(ctx context.Context) (*Stats, error) {
	ids := c.options.CampaignIDs
	if len(ids) == 0 {
		return c.get(ctx, "")
	}
	answers := make([]*Stats, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(idRequests)
	for i, id := range ids {
		group.Go(func() error {
			if ctx.Err() != nil {
				return classify(ctx, ctx.Err()) // not begun, so nothing to observe
			}
			answer, err := c.get(ctx, id)
			answers[i] = answer
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return merge(answers), nil
}

// get makes one request, for one campaign or, with an empty id, for all.
func (c *Client) get(ctx context.Context, id string) (*Stats, error) {
	start := time.Now()
	answer, err := c.exchange(ctx, id)
	took := time.Since(start)
	var failure *Error
	switch {
	case err == nil:
		c.options.Observe(ctx, OK, took)
	case errors.As(err, &failure):
		failure.CampaignID = id
		c.options.Observe(ctx, failure.Result, took)
	}
	return answer, err
}

func (c *Client) exchange(ctx context.Context, id string) (*Stats, error) {
	req, err := c.request(ctx, id)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, classify(ctx, err)
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, newStatusError(res, readError(res), time.Now())
	}
	answer, err := c.read(ctx, res, id != "")
	if err != nil {
		return nil, err
	}
	if answer.FirstRejection != nil {
		answer.FirstRejection = errors.New(Clean(answer.FirstRejection.Error()))
	}
	if id != "" {
		answer.keep(id)
		return answer, nil
	}
	c.newest.Store(answer)
	return answer, nil
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
	// Asked for by hand, since not every transport does it; see decodeBody.
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("User-Agent", c.options.UserAgent)
	return req, nil
}
